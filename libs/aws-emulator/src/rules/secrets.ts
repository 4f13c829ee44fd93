import { AwsFault } from '../wire/aws-fault.js';
import { jsonAnswer } from '../wire/answers.js';
import { textParam } from '../wire/call.js';
import type { Rule } from '../world.js';

/** Secrets that are gone, and that lists still show. */
const LISTED = 'deleted secrets in lists';

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
  {
    name: 'DeleteSecret: lists show it for a while',
    source:
      'Secrets Manager API reference, ListSecrets ("might not reflect changes from the last five minutes")',
    on: ['secretsmanager:DeleteSecret'],
    after: (call, answer, world) => {
      const gone = answer.status < 300 && call.params['ForceDeleteWithoutRecovery'] === true;
      if (gone) world.countdown(call, LISTED).start(textParam(call, 'SecretId') ?? '', world.pace.listsLag);
      return answer;
    },
  },
  {
    name: 'ListSecrets: with those just deleted',
    source: 'Secrets Manager API reference, ListSecrets',
    on: ['secretsmanager:ListSecrets'],
    after: (call, answer, world) => {
      const listed = world.countdown(call, LISTED);
      const shown = listed.ids().filter((id) => listed.look(id));
      if (answer.status >= 300 || shown.length === 0) return answer;
      const body = JSON.parse(answer.body.toString('utf8')) as { SecretList?: { Name?: string }[] };
      return jsonAnswer({
        ...body,
        SecretList: [...(body.SecretList ?? []), ...shown.map((Name) => ({ Name }))],
      });
    },
  },
];
