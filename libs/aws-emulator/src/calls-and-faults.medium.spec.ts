import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeVpcsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { connect, errorName } from './testing/connect.js';
import { useClients, useEmulator } from './testing/use-emulator.js';
import {
  awsError,
  cut,
  denied,
  expired,
  htmlError,
  serverError,
  throttled,
  type FaultKind,
} from './faults/kinds.js';

describe.skipIf(!services().moto)('the emulator', () => {
  const emulator = useEmulator();
  const aws = useClients(emulator);

  /** A read of each protocol. */
  const reads = () => ({
    ec2: aws().ec2.send(new DescribeVpcsCommand({})),
    elasticache: aws().elasticache.send(new DescribeReplicationGroupsCommand({})),
    elasticloadbalancing: aws().balancing.send(new DescribeLoadBalancersCommand({})),
    iam: aws().iam.send(new ListRolesCommand({})),
    s3: aws().s3.send(new ListBucketsCommand({})),
    secretsmanager: aws().secrets.send(new ListSecretsCommand({})),
    logs: aws().logs.send(new DescribeLogGroupsCommand({})),
    cloudwatch: aws().cloudwatch.send(new DescribeAlarmsCommand({})),
  });
  const namesWith = async (give: FaultKind) => {
    emulator().faults.add({ give });
    const entries = Object.entries(reads()).map(
      async ([name, call]) => [name, await errorName(call)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };

  describe('the record of calls', () => {
    it('covers every protocol, with the names that IAM uses', async () => {
      await Promise.all(Object.values(reads()));
      expect(
        emulator()
          .calls.summary()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual([
        'cloudwatch:DescribeAlarms',
        'ec2:DescribeVpcs',
        'elasticache:DescribeReplicationGroups',
        'elasticloadbalancing:DescribeLoadBalancers',
        'iam:ListRoles',
        'logs:DescribeLogGroups',
        's3:ListBuckets',
        'secretsmanager:ListSecrets',
      ]);
      expect(emulator().calls.writes).toEqual([]);
      expect(emulator().calls.of('s3:ListBuckets')[0]).toMatchObject({
        actions: ['s3:ListAllMyBuckets'],
        region: 'eu-central-1',
        principal: 'operator',
        account: emulator().account,
        status: 200,
      });
    });

    it('separates writes from reads, dry runs and refusals', async () => {
      const group = { GroupName: 'a', Description: 'a' };
      expect(
        await errorName(aws().ec2.send(new CreateSecurityGroupCommand({ ...group, DryRun: true }))),
      ).toBe('DryRunOperation');
      await aws().ec2.send(new CreateSecurityGroupCommand(group));
      await errorName(aws().ec2.send(new CreateSecurityGroupCommand(group)));
      expect(emulator().calls.writes.map(({ tookEffect, error }) => [tookEffect, error])).toEqual([
        [true, undefined],
        [false, 'InvalidGroup.Duplicate'],
      ]);
    });

    it('counts concurrent calls', async () => {
      for (let at = 0; at < 3; at += 1) await aws().iam.send(new ListRolesCommand({}));
      expect(emulator().calls.peakConcurrency).toBe(1);
      await Promise.all(Object.values(reads()));
      expect(emulator().calls.peakConcurrency).toBeGreaterThan(1);
    });

    it('lists the permissions that a call needs in addition to its own', async () => {
      await errorName(
        aws().ec2.send(
          new RunInstancesCommand({
            ImageId: 'ami-1',
            MinCount: 1,
            MaxCount: 1,
            IamInstanceProfile: { Name: 'missing' },
            TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
          }),
        ),
      );
      expect(emulator().calls.all[0]?.actions).toEqual([
        'ec2:RunInstances',
        'ec2:CreateTags',
        'iam:PassRole',
      ]);
    });
  });

  describe('accounts', () => {
    it('a reset changes to a new, empty one', async () => {
      await aws().s3.send(new CreateBucketCommand({ Bucket: `pictures-${emulator().account}` }));
      const before = emulator().account;
      emulator().reset();
      const later = connect(emulator());
      const { Account } = await later.sts.send(new GetCallerIdentityCommand({}));
      expect(Account).toBe(emulator().account);
      expect(Account).not.toBe(before);
      expect((await later.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    });

    it('one account has several principals', async () => {
      const Bucket = `pictures-${emulator().account}`;
      await aws().s3.send(new CreateBucketCommand({ Bucket }));
      await connect(emulator(), 'host').s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'bytes' }));
      expect(
        emulator().calls.all.map(({ principal, name, resource }) => [principal, name, resource]),
      ).toEqual([
        ['operator', 's3:CreateBucket', `arn:aws:s3:::${Bucket}`],
        ['host', 's3:PutObject', `arn:aws:s3:::${Bucket}/a`],
      ]);
    });
  });

  describe('faults that the SDK recognizes', () => {
    const same = (name: string, others: Record<string, string> = {}) => ({
      ec2: name,
      elasticache: name,
      elasticloadbalancing: name,
      iam: name,
      s3: name,
      secretsmanager: name,
      logs: name,
      cloudwatch: name,
      ...others,
    });

    it('throttling', async () => {
      expect(await namesWith(throttled())).toEqual(
        same('Throttling', {
          ec2: 'RequestLimitExceeded',
          s3: 'SlowDown',
          secretsmanager: 'ThrottlingException',
          logs: 'ThrottlingException',
          cloudwatch: 'ThrottlingException',
        }),
      );
    });

    it('access denied', async () => {
      expect(await namesWith(denied())).toEqual(
        same('AccessDenied', {
          ec2: 'UnauthorizedOperation',
          secretsmanager: 'AccessDeniedException',
          logs: 'AccessDeniedException',
          cloudwatch: 'AccessDeniedException',
        }),
      );
    });

    it('expired credentials', async () => {
      expect(await namesWith(expired())).toEqual(
        same('ExpiredToken', {
          ec2: 'RequestExpired',
          iam: 'ExpiredToken',
          secretsmanager: 'ExpiredTokenException',
          logs: 'ExpiredTokenException',
          cloudwatch: 'ExpiredTokenException',
        }),
      );
    });

    it('failures of a service', async () => {
      expect(await namesWith(serverError(503))).toEqual(same('ServiceUnavailable', { ec2: 'Unavailable' }));
    });

    it('modelled codes of a service', async () => {
      expect(await errorName(aws().iam.send(new GetRoleCommand({ RoleName: 'missing' })))).toBe(
        'NoSuchEntityException',
      );
      emulator().faults.add({ on: 'iam:GetRole', give: awsError('NoSuchEntity', 'gone', 404) });
      expect(await errorName(aws().iam.send(new GetRoleCommand({ RoleName: 'missing' })))).toBe(
        'NoSuchEntityException',
      );
    });

    it('the answer to a HEAD request, which has no body', async () => {
      emulator().faults.add({ give: denied() });
      const head = aws().s3.send(new HeadBucketCommand({ Bucket: 'pictures' }));
      await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    });

    it('a gateway’s page and a dead connection', async () => {
      const takeBack = emulator().faults.add({ give: htmlError() });
      await expect(aws().iam.send(new ListRolesCommand({}))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 500 },
      });
      takeBack();
      emulator().faults.add({ give: cut() });
      await expect(aws().iam.send(new ListRolesCommand({}))).rejects.toMatchObject({ code: 'ECONNRESET' });
    });
  });

  describe('a fault', () => {
    const role = { RoleName: 'host', AssumeRolePolicyDocument: trust() };

    it('can come after the call took effect', async () => {
      emulator().faults.add({ on: 'iam:CreateRole', when: 'after', times: 1, give: cut() });
      await errorName(aws().iam.send(new CreateRoleCommand(role)));
      expect(emulator().calls.of('iam:CreateRole')[0]).toMatchObject({ status: undefined, tookEffect: true });
      expect(await errorName(aws().iam.send(new CreateRoleCommand(role)))).toBe(
        'EntityAlreadyExistsException',
      );
    });

    it('is survived by an SDK that retries', async () => {
      emulator().faults.add({ on: 'iam:*', times: 2, give: throttled() });
      const { Roles } = await connect(emulator(), 'operator', 4).iam.send(new ListRolesCommand({}));
      expect(Roles).toEqual([]);
      expect(
        emulator()
          .calls.of('iam:ListRoles')
          .map(({ status }) => status),
      ).toEqual([400, 400, 200]);
    });

    it('can deny a permission, also where another call needs it', async () => {
      const giveBack = emulator().faults.deny('iam:PassRole');
      const run = new RunInstancesCommand({
        ImageId: 'ami-1',
        MinCount: 1,
        MaxCount: 1,
        IamInstanceProfile: { Name: 'host' },
      });
      await expect(aws().ec2.send(run)).rejects.toThrow(
        `User: arn:aws:iam::${emulator().account}:user/operator is not authorized to perform: iam:PassRole on resource: *`,
      );
      giveBack();
      expect(await errorName(aws().ec2.send(run))).toBe('InvalidParameterValue');
    });

    it('can end a run at a call, before or after it takes effect', async () => {
      emulator().faults.breakOff(2, 'after');
      await aws().iam.send(new ListRolesCommand({}));
      expect(await errorName(aws().iam.send(new CreateRoleCommand(role)))).toBe('BrokenOff');
      expect(await errorName(aws().iam.send(new ListRolesCommand({})))).toBe('BrokenOff');
      emulator().faults.clear();
      expect((await aws().iam.send(new ListRolesCommand({}))).Roles).toHaveLength(1);
    });
  });

  it('shows a new alarm in the state INSUFFICIENT_DATA', async () => {
    const alarm = {
      AlarmName: 'evictions',
      MetricName: 'Evictions',
      Namespace: 'AWS/ElastiCache',
      Statistic: 'Sum',
    } as const;
    const limits = {
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    } as const;
    await aws().cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, ...limits }));
    const { MetricAlarms } = await aws().cloudwatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.map(({ StateValue }) => StateValue)).toEqual(['INSUFFICIENT_DATA']);
  });

  it.each([
    '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
  ])('returns an image for the parameter %s', async (Name) => {
    const { Parameter } = await aws().ssm.send(new GetParameterCommand({ Name }));
    expect(Parameter?.Name).toBe(Name);
    const { Images } = await aws().ec2.send(
      new DescribeImagesCommand({ ImageIds: [Parameter?.Value ?? ''] }),
    );
    expect(Images).toHaveLength(1);
  });
});

function trust(): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
}
