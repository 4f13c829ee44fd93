import {
  CreateSecretCommand,
  DeleteSecretCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { awsError } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../test/bench.js';
import { resourceSuite } from '../../test/resource-suite.js';
import { useEmulator } from '../../test/use-emulator.js';
import { nameOf } from '../stack.js';
import { readSecrets, secrets } from './secret.js';

resourceSuite('secrets', {
  define: (context) => [secrets(context)] as const,
  drifts: {
    'a changed Name tag': ({ aws }, { arn }) =>
      aws.secretsmanager.send(
        new TagResourceCommand({ SecretId: arn, Tags: [{ Key: 'Name', Value: 'mine' }] }),
      ),
    'a scheduled deletion': ({ aws, stack }) =>
      aws.secretsmanager.send(
        new DeleteSecretCommand({ SecretId: nameOf(stack, 'secrets'), RecoveryWindowInDays: 7 }),
      ),
  },
  foreign: ({ aws }, Name) => aws.secretsmanager.send(new CreateSecretCommand({ Name, SecretString: '{}' })),
});

describe.skipIf(!services().moto)('the secrets of a new stack', () => {
  const emulator = useEmulator();

  it('have only characters that their programs accept: ElastiCache refuses `_`, URLs refuse more', async () => {
    const { context, run } = await createBench(emulator());
    await ensureAll([secrets(context)], run);
    expect(await readSecrets(context)).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/) as string,
      databasePassword: expect.stringMatching(/^[\w-]{43}$/) as string,
      redisAuth: expect.stringMatching(/^[a-f\d]{64}$/) as string,
    });
  });

  it('are created while AWS still deletes those of an earlier stack', async () => {
    const { context, run } = await createBench(emulator());
    const message = 'a secret with this name is already scheduled for deletion.';
    emulator().faults.add({
      on: 'secretsmanager:CreateSecret',
      times: 2,
      give: awsError('InvalidRequestException', `You can't create this secret because ${message}`),
    });
    await ensureAll([secrets(context)], run);
    expect(await readSecrets(context)).toHaveProperty('token');
  });
});
