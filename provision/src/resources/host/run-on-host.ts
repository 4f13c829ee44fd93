import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
} from '@aws-sdk/client-ssm';
import type { Context } from '../../context.js';
import { waitFor } from '../../engine/wait.js';
import { ProvisionFault } from '../../errors.js';

/** Seconds for a first deployment on the smallest host: packages, images, start. Not yet measured. */
const LIMIT = 1800;
/** Lines of a failed command's output to report. */
const LAST_LINES = 40;

/**
 * Runs shell commands on a host, as root, through Systems Manager, and waits for their end.
 *
 * @param comment - shown in the account's command history
 * @param limitSeconds - time limit of the commands
 * @returns their standard output
 * @throws ProvisionFault `aws` with the end of the output, when a command fails
 * @throws InvalidInstanceId until the agent of a new host has registered; the engine retries
 */
export async function runOnHost(
  { aws, clock }: Context,
  hostId: string,
  comment: string,
  commands: string[],
  limitSeconds = LIMIT,
): Promise<string> {
  const { Command } = await aws.ssm.send(
    new SendCommandCommand({
      InstanceIds: [hostId],
      DocumentName: 'AWS-RunShellScript',
      Comment: comment.slice(0, 100),
      Parameters: { commands, executionTimeout: [String(limitSeconds)] },
    }),
  );
  const CommandId = Command?.CommandId;
  const ended = await waitFor(clock, {
    poll: async () => {
      const answer = await findInvocation(aws.ssm, CommandId, hostId);
      return isRunning(answer?.Status) ? undefined : answer;
    },
    what: () => `${comment} on ${hostId}`,
    limitSeconds: limitSeconds + 60,
  });
  if (ended.Status !== 'Success') throw createFault(comment, hostId, ended);
  return ended.StandardOutputContent ?? '';
}

const isRunning = (status: string | undefined) =>
  status === undefined || ['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(status);

async function findInvocation(
  ssm: Context['aws']['ssm'],
  CommandId: string | undefined,
  InstanceId: string,
): Promise<GetCommandInvocationCommandOutput | undefined> {
  try {
    return await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  } catch (error) {
    // The command has just been sent, and AWS does not list it yet.
    if (error instanceof Error && error.name === 'InvocationDoesNotExist') return undefined;
    throw error;
  }
}

function createFault(
  comment: string,
  hostId: string,
  { Status, ResponseCode, StandardErrorContent, StandardOutputContent }: GetCommandInvocationCommandOutput,
): ProvisionFault {
  const output = `${StandardOutputContent ?? ''}\n${StandardErrorContent ?? ''}`.trim().split('\n');
  return new ProvisionFault(
    'aws',
    `${comment} on ${hostId}: ${Status} (exit code ${ResponseCode}). Its last output:\n${output.slice(-LAST_LINES).join('\n')}`,
  );
}
