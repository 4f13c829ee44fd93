import { AwsFault } from '../wire/aws-fault.js';
import { jsonAnswer } from '../wire/answers.js';
import { textParam } from '../wire/call.js';
import type { Rule } from '../world.js';

/** Deleted secrets that lists still show. */
const LISTED = 'deleted secrets in lists';

/** For a restored secret, moto returns the date null. */
function isPending(secret: Record<string, unknown> | undefined): boolean {
  return typeof secret?.['DeletedDate'] === 'number';
}

export const SECRET_RULES: readonly Rule[] = [
  {
    name: 'CreateSecret: refused while the name is scheduled for deletion',
    source: 'S45',
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
    name: 'a secret that is scheduled for deletion refuses changes',
    source: 'S46',
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
    source: 'S47',
    on: ['secretsmanager:DeleteSecret'],
    after: (call, answer, world) => {
      const gone = answer.status < 300 && call.params['ForceDeleteWithoutRecovery'] === true;
      if (gone) world.countdown(call, LISTED).start(textParam(call, 'SecretId') ?? '', world.pace.listsLag);
      return answer;
    },
  },
  {
    name: 'ListSecrets: includes secrets that were just deleted',
    source: 'S47',
    on: ['secretsmanager:ListSecrets'],
    after: (call, answer, world) => {
      const listed = world.countdown(call, LISTED);
      const shown = listed.ids().filter((id) => listed.poll(id));
      if (answer.status >= 300 || shown.length === 0) return answer;
      const body = JSON.parse(answer.body.toString('utf8')) as { SecretList?: { Name?: string }[] };
      return jsonAnswer({
        ...body,
        SecretList: [...(body.SecretList ?? []), ...shown.map((Name) => ({ Name }))],
      });
    },
  },
];
