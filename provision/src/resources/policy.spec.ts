import { describe, expect, it } from 'vitest';
import { tlsOnly } from './bucket/bucket-rules.js';
import { hostPolicy } from './host/host-policy.js';
import { differingPolicy } from './policy.js';

const TLS_ONLY = tlsOnly('pictures');
const [STATEMENT] = TLS_ONLY.Statement as [(typeof TLS_ONLY.Statement)[0]];
const [BUCKET, OBJECTS] = STATEMENT.Resource as [string, string];
const HOST = hostPolicy({ name: 'demo', region: 'eu-central-1', account: '123456789012' });

/** The TLS-only policy with its statement as AWS might give it back. */
const given = (other: object) => ({ ...TLS_ONLY, Statement: [{ ...STATEMENT, ...other }] });
const fields = (is: unknown, shouldBe: object) =>
  differingPolicy('policy', is, shouldBe, () => Promise.resolve()).map(({ field }) => field);

describe('a policy', () => {
  it.each([
    ['keys in another order', Object.fromEntries(Object.entries(TLS_ONLY).toReversed())],
    ['one statement instead of a list', { ...TLS_ONLY, Statement: STATEMENT }],
    ['resources in another order', given({ Resource: [OBJECTS, BUCKET] })],
    ['a list of one action', given({ Action: ['s3:*'] })],
    ['everybody in the other spelling', given({ Principal: { AWS: ['*'] } })],
    [
      'a value of a condition that is no text',
      given({ Condition: { Bool: { 'aws:SecureTransport': [false] } } }),
    ],
  ])('means the same with %s', (_, is) => {
    expect(fields(is, TLS_ONLY)).toEqual([]);
  });

  it('means the same with statements and actions in another order', () => {
    const Statement = HOST.Statement.map((one) => ({ ...one, Action: one.Action.toReversed() })).toReversed();
    expect(fields({ ...HOST, Statement }, HOST)).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['another effect', given({ Effect: 'Allow' })],
    ['another principal', given({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })],
    ['one resource fewer', given({ Resource: BUCKET })],
    ['one action more', given({ Action: ['s3:*', 's3:GetObject'] })],
    ['another value of a condition', given({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ['a statement more', { ...TLS_ONLY, Statement: [STATEMENT, { ...STATEMENT, Sid: 'More' }] }],
  ])('is another with %s', (_, is) => {
    expect(fields(is, TLS_ONLY)).toEqual(['policy']);
  });
});
