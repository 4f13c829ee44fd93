import {
  CreateSecretCommand,
  DeleteSecretCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { resourceSuite } from '../../test/resource-suite.js';
import { nameOf } from '../stack.js';
import { secrets } from './secret.js';

resourceSuite('secrets', {
  define: (context) => [secrets(context)] as const,
  drifts: {
    'another name': ({ aws }, { arn }) =>
      aws.secretsmanager.send(
        new TagResourceCommand({ SecretId: arn, Tags: [{ Key: 'Name', Value: 'mine' }] }),
      ),
    'a planned deletion': ({ aws, stack }) =>
      aws.secretsmanager.send(
        new DeleteSecretCommand({ SecretId: nameOf(stack, 'secrets'), RecoveryWindowInDays: 7 }),
      ),
  },
  foreign: ({ aws }, Name) => aws.secretsmanager.send(new CreateSecretCommand({ Name, SecretString: '{}' })),
});
