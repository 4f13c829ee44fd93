import {
  AttachVolumeCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetRoleCommand,
  ListInstanceProfileTagsCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { errorName } from './testing/connect.js';
import { useClients, useEmulator } from './testing/use-emulator.js';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe.skipIf(!services().moto)('EC2, IAM and Systems Manager in the emulator', () => {
  const emulator = useEmulator();
  const aws = useClients(emulator);

  const run = async (more: Partial<RunInstancesCommandInput> = {}) => {
    const { Instances } = await aws().ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-1',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ...more,
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  };
  const stateOf = async (id: string) => {
    const { Reservations } = await aws().ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };
  const securityGroup = async (GroupName: string) => {
    const { GroupId = '' } = await aws().ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description: GroupName }),
    );
    return GroupId;
  };
  const dropGroup = (GroupId: string) => aws().ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  const profile = async () => {
    await aws().iam.send(new CreateRoleCommand({ RoleName: 'host', AssumeRolePolicyDocument: TRUST }));
    await aws().iam.send(
      new CreateInstanceProfileCommand({
        InstanceProfileName: 'host',
        Tags: [{ Key: 'darkroom:stack', Value: 'demo' }],
      }),
    );
    await aws().iam.send(
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'host', RoleName: 'host' }),
    );
  };

  describe('instances', () => {
    it('start and stop within a few polls', async () => {
      Object.assign(emulator().pace, { instanceStarting: 2, instanceStopping: 1 });
      const id = await run();
      const states = [await stateOf(id), await stateOf(id), await stateOf(id)];
      await aws().ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      states.push(await stateOf(id), await stateOf(id));
      expect(states).toEqual(['pending', 'pending', 'running', 'shutting-down', 'terminated']);
    });

    it('can be filtered by the state that they show', async () => {
      emulator().pace.instanceStarting = 1;
      await run();
      const find = async (...Values: string[]) => {
        const Filters = [{ Name: 'instance-state-name', Values }];
        return (await aws().ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations?.length ?? 0;
      };
      expect(await find('running')).toBe(0);
      expect(await find('running')).toBe(1);
      expect(await find('pending')).toBe(0);
    });

    it('are created once for one token', async () => {
      const id = await run({ ClientToken: 'generation-1' });
      expect(await run({ ClientToken: 'generation-1' })).toBe(id);
      expect(await errorName(run({ ClientToken: 'generation-1', InstanceType: 't3.small' }))).toBe(
        'IdempotentParameterMismatch',
      );
      expect(await run({ ClientToken: 'generation-2' })).not.toBe(id);
    });

    it('are not found at first, by id or in a list', async () => {
      emulator().pace.hiddenAfterCreate = 2;
      const id = await run();
      expect(await errorName(stateOf(id))).toBe('InvalidInstanceID.NotFound');
      expect((await aws().ec2.send(new DescribeInstancesCommand({}))).Reservations ?? []).toEqual([]);
      expect(await stateOf(id)).toBe('running');
    });

    it('refuse a profile that EC2 does not know yet and an absent one with the same error', async () => {
      emulator().pace.profileUnknownToEc2 = 1;
      await profile();
      const start = (Name: string) => run({ IamInstanceProfile: { Name }, ClientToken: 'generation-1' });
      await expect(start('host')).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message:
          'Value (host) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
      });
      expect(await start('host')).toMatch(/^i-/);
      expect(await errorName(run({ IamInstanceProfile: { Name: 'missing' } }))).toBe('InvalidParameterValue');
    });

    it('need an image', async () => {
      expect(await errorName(run({ ImageId: undefined }))).toBe('MissingParameter');
    });

    it('show the console output that a test sets', async () => {
      emulator().hosts.consoleOutput = 'cloud-init: failed';
      const { Output = '' } = await aws().ec2.send(new GetConsoleOutputCommand({ InstanceId: await run() }));
      expect(Buffer.from(Output, 'base64').toString()).toBe('cloud-init: failed');
    });
  });

  describe('security groups', () => {
    it('cannot be deleted while a rule of another one refers to them', async () => {
      const [host, redis] = [await securityGroup('host'), await securityGroup('redis')];
      await aws().ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: redis,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6379, UserIdGroupPairs: [{ GroupId: host }] },
          ],
        }),
      );
      expect(await errorName(dropGroup(host))).toBe('DependencyViolation');
      await dropGroup(redis);
      await dropGroup(host);
    });

    it('cannot be deleted until the instance that uses them is terminated', async () => {
      emulator().pace.instanceStopping = 1;
      const group = await securityGroup('host');
      const id = await run({ SecurityGroupIds: [group] });
      expect(await errorName(dropGroup(group))).toBe('DependencyViolation');
      await aws().ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      expect(await errorName(dropGroup(group))).toBe('DependencyViolation');
      await stateOf(id);
      await dropGroup(group);
    });

    it('are not found at first', async () => {
      emulator().pace.hiddenAfterCreate = 1;
      const find = (id: string) => aws().ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      const group = await securityGroup('host');
      expect(await errorName(find(group))).toBe('InvalidGroup.NotFound');
      expect((await find(group)).SecurityGroups).toHaveLength(1);
    });
  });

  it('attaches a volume only if it and its host are ready, and deletes only a detached one', async () => {
    Object.assign(emulator().pace, { volumeCreating: 1, instanceStarting: 1 });
    const { VolumeId = '' } = await aws().ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'eu-central-1a', Size: 8, VolumeType: 'gp3' }),
    );
    const InstanceId = await run();
    const attach = () =>
      aws().ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
    expect(await errorName(attach())).toBe('IncorrectState');
    const { Volumes } = await aws().ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
    expect(Volumes?.[0]?.State).toBe('creating');
    expect(await errorName(attach())).toBe('IncorrectState');
    await stateOf(InstanceId);
    await attach();
    const drop = () => aws().ec2.send(new DeleteVolumeCommand({ VolumeId }));
    expect(await errorName(drop())).toBe('VolumeInUse');
    await aws().ec2.send(new DetachVolumeCommand({ VolumeId }));
    await drop();
  });

  it('hides a new role at first from the call that uses it', async () => {
    emulator().pace.hiddenAfterCreate = 1;
    await aws().iam.send(new CreateRoleCommand({ RoleName: 'host', AssumeRolePolicyDocument: TRUST }));
    const read = () => aws().iam.send(new GetRoleCommand({ RoleName: 'host' }));
    expect(await errorName(read())).toBe('NoSuchEntityException');
    expect((await read()).Role?.RoleName).toBe('host');
  });

  it('lists the tags of an instance profile', async () => {
    await profile();
    const { Tags } = await aws().iam.send(
      new ListInstanceProfileTagsCommand({ InstanceProfileName: 'host' }),
    );
    expect(Tags).toEqual([{ Key: 'darkroom:stack', Value: 'demo' }]);
  });

  it('simulates permissions according to the faults', async () => {
    emulator().faults.deny('ec2:RunInstances');
    const { EvaluationResults } = await aws().iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${emulator().account}:user/operator`,
        ActionNames: ['ec2:RunInstances', 's3:CreateBucket'],
      }),
    );
    expect(EvaluationResults?.map(({ EvalDecision }) => EvalDecision)).toEqual(['implicitDeny', 'allowed']);
  });

  it('runs a command of Systems Manager as a test defines it', async () => {
    Object.assign(emulator().pace, { agentRegistering: 2, hiddenAfterCreate: 0 });
    await profile();
    const InstanceId = await run({ IamInstanceProfile: { Name: 'host' } });
    await stateOf(InstanceId);
    const online = async () =>
      (await aws().ssm.send(new DescribeInstanceInformationCommand({}))).InstanceInformationList?.length;
    const send = () =>
      aws().ssm.send(
        new SendCommandCommand({
          InstanceIds: [InstanceId],
          DocumentName: 'AWS-RunShellScript',
          Parameters: { commands: ['switch-release abc'] },
        }),
      );
    expect(await online()).toBe(0);
    expect(await errorName(send())).toBe('InvalidInstanceId');
    expect(await online()).toBe(1);

    const { promise: allowed, resolve: allow } = Promise.withResolvers<undefined>();
    emulator().hosts.runCommand = async ({ commands, instanceId }) => {
      await allowed;
      return { exitCode: 3, stdout: `${instanceId}: ${commands.join('; ')}`, stderr: 'no such release' };
    };
    emulator().pace.hiddenAfterCreate = 1;
    const { Command } = await send();
    const result = () =>
      aws().ssm.send(new GetCommandInvocationCommand({ CommandId: Command?.CommandId, InstanceId }));
    expect(await errorName(result())).toBe('InvocationDoesNotExist');
    expect((await result()).Status).toBe('InProgress');
    allow(undefined);
    expect(await result()).toMatchObject({
      Status: 'Failed',
      ResponseCode: 3,
      StandardOutputContent: `${InstanceId}: switch-release abc`,
      StandardErrorContent: 'no such release',
    });
    await aws().ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await errorName(send())).toBe('InvalidInstanceId');
  });
});
