import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { S3_ROUTES } from '@darkroom/aws-emulator';
import { hostPolicy } from './host-policy.js';

const ROOT = join(import.meta.dirname, '../../../..');
const STORAGE = join(ROOT, 'libs/storage/src/s3');
const STACK = { name: 'demo', region: 'eu-central-1', account: '123456789012' };

/** The provisioner creates the bucket, not the host. */
const NOT_ON_AWS = new Set(['CreateBucket']);

/** The S3 calls of api and worker, as IAM names them. */
function storageActions(): Set<string> {
  const files = readdirSync(STORAGE).filter((name) => !name.includes('.spec.'));
  const text = files.map((name) => readFileSync(join(STORAGE, name), 'utf8')).join('\n');
  const operations = [...text.matchAll(/new (\w+)Command\(/g)].map(([, operation = '']) => operation);
  const called = new Set(operations.filter((operation) => !NOT_ON_AWS.has(operation)));
  return new Set(
    [...called].map((operation) => {
      const route = S3_ROUTES.find((one) => one.operation === operation);
      return `s3:${route?.action ?? operation}`;
    }),
  );
}

/** The calls of the host's other programs: the file that has them, and the text to find there. */
const OTHERS: readonly { actions: string[]; file: string; text: RegExp }[] = [
  { actions: ['s3:GetObject'], file: 'provision/host/bootstrap.sh', text: /darkroom-aws s3 / },
  { actions: ['s3:PutObject'], file: 'provision/host/backup.sh', text: /darkroom-aws s3 .*backups/ },
  {
    actions: ['secretsmanager:GetSecretValue'],
    file: 'provision/host/deploy.sh',
    text: /secretsmanager\.GetSecretValue/,
  },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    file: 'provision/host/compose.aws.yml',
    text: /driver: awslogs/,
  },
];

describe('the role of the host', () => {
  it('allows exactly the calls of its programs', () => {
    const allowed = hostPolicy(STACK).Statement.filter(({ Sid }) => Sid !== 'SessionManager');
    const needed = [...storageActions(), ...OTHERS.flatMap(({ actions }) => actions)];
    expect(new Set(allowed.flatMap(({ Action }) => Action))).toEqual(new Set(needed));
  });

  it.each(OTHERS)('$actions are called in $file', ({ file, text }) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(text);
  });

  it('is limited to the objects of its stack wherever AWS supports it', () => {
    const open = hostPolicy(STACK).Statement.filter(({ Resource }) => Resource.includes('*'));
    expect(open.map(({ Sid }) => Sid)).toEqual(['SessionManager']);
  });
});
