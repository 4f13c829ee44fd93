import { describe, expect, it } from 'vitest';
import { tlsOnly } from './bucket/bucket-rules.js';
import { hostPolicy } from './host/host-policy.js';
import { differingPolicy } from './policy.js';

const TLS_ONLY = tlsOnly('pictures');
const [STATEMENT] = TLS_ONLY.Statement as [(typeof TLS_ONLY.Statement)[0]];
const [BUCKET, OBJECTS] = STATEMENT.Resource as [string, string];
const HOST = hostPolicy({ name: 'demo', region: 'eu-central-1', account: '123456789012' });

/** The TLS-only policy with its statement as AWS might return it. */
const given = (other: object) => ({ ...TLS_ONLY, Statement: [{ ...STATEMENT, ...other }] });
const fields = (is: unknown, shouldBe: object) =>
  differingPolicy('policy', is, shouldBe, () => Promise.resolve()).map(({ field }) => field);

describe('a policy', () => {
  it.each([
    ['keys in a different order', Object.fromEntries(Object.entries(TLS_ONLY).toReversed())],
    ['one statement instead of a list', { ...TLS_ONLY, Statement: STATEMENT }],
    ['resources in a different order', given({ Resource: [OBJECTS, BUCKET] })],
    ['a list of one action', given({ Action: ['s3:*'] })],
    ['everyone in the other notation', given({ Principal: { AWS: ['*'] } })],
    [
      'a condition value that is not a string',
      given({ Condition: { Bool: { 'aws:SecureTransport': [false] } } }),
    ],
  ])('means the same with %s', (_, is) => {
    expect(fields(is, TLS_ONLY)).toEqual([]);
  });

  it('means the same with statements and actions in a different order', () => {
    const Statement = HOST.Statement.map((one) => ({ ...one, Action: one.Action.toReversed() })).toReversed();
    expect(fields({ ...HOST, Statement }, HOST)).toEqual([]);
  });

  it.each([
    ['no document', undefined],
    ['a different effect', given({ Effect: 'Allow' })],
    ['a different principal', given({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })],
    ['one resource fewer', given({ Resource: BUCKET })],
    ['one more action', given({ Action: ['s3:*', 's3:GetObject'] })],
    ['a different condition value', given({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ['one more statement', { ...TLS_ONLY, Statement: [STATEMENT, { ...STATEMENT, Sid: 'More' }] }],
  ])('differs with %s', (_, is) => {
    expect(fields(is, TLS_ONLY)).toEqual(['policy']);
  });
});
