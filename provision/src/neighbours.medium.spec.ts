import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecurityGroupCommand, CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench } from '../test/bench.js';
import { useEmulator } from '../test/use-emulator.js';
import { runProvision, runTeardown } from '../test/whole-run.js';
import type { Context } from './context.js';
import { tagList } from './stack.js';

/** Names that begin with names of this stack, and a stack whose name begins with `demo`. */
const OLD = 'darkroom-demo-logapi-old';
const MINE = 'darkroom-demo-alarmcpu-mine';
const OTHER = { name: 'demo2' };

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** @returns names and ids that no command may touch */
async function createNeighbours({ aws, network, stack }: Context): Promise<string[]> {
  const zone = network.subnets[0]?.zone;
  const bucket = `darkroom-demo2-${stack.account}-${stack.region}`;
  const [group, volume] = await Promise.all([
    aws.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: 'darkroom-demo2-albgroup',
        Description: 'The next stack',
        VpcId: network.vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(OTHER, 'albgroup') }],
      }),
    ),
    aws.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: zone,
        Size: 1,
        TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(stack, 'something') }],
      }),
    ),
    aws.logs.send(new CreateLogGroupCommand({ logGroupName: OLD })),
    aws.cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: MINE,
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Statistic: 'Average',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Period: 60,
        EvaluationPeriods: 1,
      }),
    ),
    aws.elasticloadbalancing.send(
      new CreateTargetGroupCommand({
        Name: 'darkroom-demo2-targets',
        Protocol: 'HTTP',
        Port: 8080,
        VpcId: network.vpcId,
        Tags: tagList(OTHER, 'targets'),
      }),
    ),
    aws.iam.send(new CreateRoleCommand({ RoleName: 'darkroom-demo2-role', AssumeRolePolicyDocument: TRUST })),
    aws.s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: stack.region as 'eu-central-1' },
      }),
    ),
    aws.secretsmanager.send(new CreateSecretCommand({ Name: 'darkroom-demo2-secrets', SecretString: '{}' })),
    aws.ssm.send(new PutParameterCommand({ Name: 'darkroom-demo2-lock', Value: '{}', Type: 'String' })),
  ]);
  const ids = [group.GroupId ?? '', volume.VolumeId ?? ''];
  return [
    ...ids,
    OLD,
    MINE,
    bucket,
    'darkroom-demo2-targets',
    'darkroom-demo2-role',
    'darkroom-demo2-secrets',
  ];
}

describe.skipIf(!services().moto)('other objects with similar names or tags', () => {
  const emulator = useEmulator();

  it('are never touched; teardown lists those that look like this stack’s', async () => {
    const { context } = await createBench(emulator());
    const neighbours = await createNeighbours(context);
    const volume = neighbours[1] ?? '';
    emulator().calls.clear();
    expect((await runProvision(emulator())).errors).toEqual([]);
    const receipt = await runTeardown(emulator());

    const written = emulator().calls.writes.map(({ params }) => JSON.stringify(params));
    const touched = neighbours.filter((name) => written.some((text) => text.includes(`"${name}"`)));
    expect(written.length).toBeGreaterThan(50);
    expect(touched).toEqual([]);
    expect(receipt).toMatchObject({ failed: [], complete: false });
    expect(new Map(receipt?.left.map(({ id, monthly }) => [id, monthly.amount]))).toEqual(
      new Map([
        [OLD, 0],
        [MINE, 0.1],
        [volume, 0.08],
      ]),
    );
  });
});
