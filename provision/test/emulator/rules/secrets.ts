import { AwsFault } from '../wire/aws-fault.js';
import { textParam } from '../wire/call.js';
import type { Rule } from '../world.js';

/** moto gives a restored secret the date null. */
function isPending(secret: Record<string, unknown> | undefined): boolean {
  return typeof secret?.['DeletedDate'] === 'number';
}

export const SECRET_RULES: readonly Rule[] = [
  {
    name: 'CreateSecret: refused while the old one waits for its deletion',
    source: 'AWS.md A1 Secrets Manager (moto says ResourceExistsException), B4 step 13',
    on: ['secretsmanager:CreateSecret'],
    before: async (call, world) => {
      const name = textParam(call, 'Name') ?? '';
      const secret = await world.moto.json(call, 'secretsmanager', 'secretsmanager.DescribeSecret', {
        SecretId: name,
      });
      if (!isPending(secret)) return undefined;
      throw new AwsFault(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    },
  },
  {
    name: 'a secret that waits for its deletion takes no changes',
    source: 'Secrets Manager API reference, InvalidRequestException; AWS.md B4 step 13',
    on: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret', 'secretsmanager:TagResource'],
    before: async (call, world) => {
      const id = textParam(call, 'SecretId') ?? '';
      const secret = await world.moto.json(call, 'secretsmanager', 'secretsmanager.DescribeSecret', {
        SecretId: id,
      });
      if (!isPending(secret)) return undefined;
      throw new AwsFault(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    },
  },
];
