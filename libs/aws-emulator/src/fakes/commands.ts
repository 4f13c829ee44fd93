import { randomUUID } from 'node:crypto';
import { AwsFault } from '../wire/aws-fault.js';
import { jsonAnswer } from '../wire/answers.js';
import { listParam, textParam, type Answer, type Call } from '../wire/call.js';
import { textAt, withMembers } from '../wire/xml.js';
import { isHeld } from '../rules/held-states.js';
import type { CommandResult } from '../host-controls.js';
import type { World } from '../world.js';
import type { Operations } from './operation.js';

interface Invocation {
  CommandId: string;
  InstanceId: string;
  DocumentName: string;
  Comment: string;
  RequestedDateTime: number;
  result: CommandResult | undefined;
  cancelled: boolean;
}

/** Commands that were just sent, which Systems Manager does not show yet (SOURCES.md, S57). */
const UNSENT = 'commands not shown yet';

/**
 * Systems Manager on hosts. `hosts.runCommand` runs a command, e.g. in a local container. moto accepts commands without
 * running them and has no managed instances.
 */
export const HOST_COMMANDS: Operations = {
  SendCommand: sendCommand,
  GetCommandInvocation: getInvocation,
  ListCommandInvocations: listInvocations,
  CancelCommand: cancelCommand,
  DescribeInstanceInformation: describeInstances,
};

function invocations(world: World, call: Call): Map<string, Invocation> {
  return world.keep(call, 'commands', () => new Map<string, Invocation>());
}

/** Hosts that can have an agent: running ones with a role. */
async function running(call: Call, world: World): Promise<string[]> {
  const tree = await world.moto.query(call, 'ec2', 'DescribeInstances');
  return withMembers(tree, ['instanceId', 'instanceState'])
    .filter((one) => textAt(one, 'instanceState', 'name') === 'running')
    .filter((one) => textAt(one, 'iamInstanceProfile', 'arn') !== '')
    .map((one) => textAt(one, 'instanceId'))
    .filter((id) => !isHeld(world, call, 'pending', id));
}

/** Hosts whose agent has registered. A new agent registers after some polls. */
async function managed(call: Call, world: World): Promise<string[]> {
  const registering = world.countdown(call, 'agents');
  const seen = world.keep(call, 'agents seen', () => new Set<string>());
  const hosts = await running(call, world);
  for (const id of hosts.filter((host) => !seen.has(host))) {
    seen.add(id);
    registering.start(id, world.pace.agentRegistering);
  }
  return hosts.filter((id) => !registering.poll(id));
}

async function describeInstances(call: Call, world: World): Promise<Answer> {
  const wanted = wantedInstances(call);
  const online = (await managed(call, world)).filter((id) => wanted.length === 0 || wanted.includes(id));
  return jsonAnswer({
    InstanceInformationList: online.map((InstanceId) => ({
      InstanceId,
      PingStatus: 'Online',
      PlatformType: 'Linux',
      ResourceType: 'EC2Instance',
      LastPingDateTime: Math.floor(Date.now() / 1000),
    })),
  });
}

function wantedInstances(call: Call): string[] {
  const filters = [call.params['Filters'], call.params['InstanceInformationFilterList']].flat() as (
    { Key?: string; key?: string; Values?: string[]; valueSet?: string[] } | undefined
  )[];
  const byId = filters.find((filter) => (filter?.Key ?? filter?.key) === 'InstanceIds');
  return byId?.Values ?? byId?.valueSet ?? [];
}

async function sendCommand(call: Call, world: World): Promise<Answer> {
  const hosts = listParam(call, 'InstanceIds');
  const reachable = await managed(call, world);
  if (hosts.length === 0 || hosts.some((id) => !reachable.includes(id))) {
    throw new AwsFault('InvalidInstanceId', 'Instances not in a valid state for account');
  }
  const CommandId = randomUUID();
  const parameters = (call.params['Parameters'] ?? {}) as Record<string, string[]>;
  for (const InstanceId of hosts) {
    const invocation: Invocation = {
      CommandId,
      InstanceId,
      DocumentName: textParam(call, 'DocumentName') ?? '',
      Comment: textParam(call, 'Comment') ?? '',
      RequestedDateTime: Date.now() / 1000,
      result: undefined,
      cancelled: false,
    };
    const id = `${CommandId} ${InstanceId}`;
    invocations(world, call).set(id, invocation);
    world.countdown(call, UNSENT).start(id, world.pace.hiddenAfterCreate);
    void run(world, invocation, parameters);
  }
  const { DocumentName, Comment } = {
    DocumentName: call.params['DocumentName'],
    Comment: call.params['Comment'],
  };
  return jsonAnswer({
    Command: {
      CommandId,
      DocumentName,
      Comment,
      Parameters: parameters,
      InstanceIds: hosts,
      Status: 'Pending',
    },
  });
}

async function run(
  world: World,
  invocation: Invocation,
  parameters: Record<string, string[]>,
): Promise<void> {
  const { CommandId, InstanceId, DocumentName } = invocation;
  try {
    invocation.result = await world.hosts.runCommand({
      commandId: CommandId,
      instanceId: InstanceId,
      document: DocumentName,
      commands: parameters['commands'] ?? [],
      parameters,
    });
  } catch (error) {
    // To the caller, a command that cannot be started has failed.
    invocation.result = { exitCode: 1, stderr: error instanceof Error ? error.message : String(error) };
  }
}

function getInvocation(call: Call, world: World): Answer {
  const id = `${textParam(call, 'CommandId')} ${textParam(call, 'InstanceId')}`;
  const found = invocations(world, call).get(id);
  if (!found || world.countdown(call, UNSENT).poll(id)) throw new AwsFault('InvocationDoesNotExist', '');
  return jsonAnswer(render(found));
}

function listInvocations(call: Call, world: World): Answer {
  const wanted = textParam(call, 'CommandId');
  const found = [...invocations(world, call).values()].filter(
    ({ CommandId }) => (wanted ?? CommandId) === CommandId,
  );
  return jsonAnswer({ CommandInvocations: found.map(render) });
}

function cancelCommand(call: Call, world: World): Answer {
  for (const invocation of invocations(world, call).values()) {
    if (invocation.CommandId === textParam(call, 'CommandId')) invocation.cancelled = true;
  }
  return jsonAnswer({});
}

function render({ result, cancelled, ...told }: Invocation): object {
  const done = result === undefined ? 'InProgress' : result.exitCode === 0 ? 'Success' : 'Failed';
  const Status = cancelled && result === undefined ? 'Cancelled' : done;
  return {
    ...told,
    Status,
    StatusDetails: Status,
    ResponseCode: result?.exitCode ?? -1,
    // Systems Manager keeps the first 24,000 and 8,000 characters (SOURCES.md, S57).
    StandardOutputContent: (result?.stdout ?? '').slice(0, 24_000),
    StandardErrorContent: (result?.stderr ?? '').slice(0, 8_000),
  };
}
