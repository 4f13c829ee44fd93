import { PutRetentionPolicyCommand, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type CreateLoadBalancerCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { errorName, sendJson } from './testing/connect.js';
import { useClients, useEmulator } from './testing/use-emulator.js';

describe.skipIf(!services().moto)('load balancers, buckets and secrets in the emulator', () => {
  const emulator = useEmulator();
  const aws = useClients(emulator);

  const subnets = async () => {
    const { Subnets } = await aws().ec2.send(new DescribeSubnetsCommand({}));
    return Subnets?.map(({ SubnetId = '' }) => SubnetId) ?? [];
  };
  const vpc = async () => (await aws().ec2.send(new DescribeVpcsCommand({}))).Vpcs?.[0]?.VpcId;
  const balancer = async (more: Partial<CreateLoadBalancerCommandInput> = {}) => {
    const { LoadBalancers } = await aws().balancing.send(
      new CreateLoadBalancerCommand({
        Name: 'darkroom-demo',
        Subnets: (await subnets()).slice(0, 2),
        ...more,
      }),
    );
    return LoadBalancers?.[0]?.LoadBalancerArn;
  };
  const targetGroup = async (Port = 80) => {
    const { TargetGroups } = await aws().balancing.send(
      new CreateTargetGroupCommand({ Name: 'darkroom-demo', Protocol: 'HTTP', Port, VpcId: await vpc() }),
    );
    return TargetGroups?.[0]?.TargetGroupArn;
  };

  describe('load balancers', () => {
    it('are provisioning for some polls', async () => {
      emulator().pace.loadBalancerProvisioning = 1;
      const LoadBalancerArns = [(await balancer()) ?? ''];
      const state = async () => {
        const { LoadBalancers } = await aws().balancing.send(
          new DescribeLoadBalancersCommand({ LoadBalancerArns }),
        );
        return LoadBalancers?.[0]?.State?.Code;
      };
      expect([await state(), await state()]).toEqual(['provisioning', 'active']);
    });

    it('return the same one for equal settings, and refuse other settings for its name', async () => {
      const arn = await balancer();
      expect(await balancer()).toBe(arn);
      expect(await errorName(balancer({ Scheme: 'internal' }))).toBe('DuplicateLoadBalancerNameException');
      const group = await targetGroup();
      expect(await targetGroup()).toBe(group);
      expect(await errorName(targetGroup(81))).toBe('DuplicateTargetGroupNameException');
    });

    it('need two zones and a name of at most 32 characters', async () => {
      expect(await errorName(balancer({ Subnets: (await subnets()).slice(0, 1) }))).toBe('ValidationError');
      expect(await errorName(balancer({ Name: 'a'.repeat(33) }))).toBe('ValidationError');
    });

    it('have one listener for each port, and keep its target group', async () => {
      const LoadBalancerArn = await balancer();
      const TargetGroupArn = await targetGroup();
      const listen = () =>
        aws().balancing.send(
          new CreateListenerCommand({
            LoadBalancerArn,
            Port: 80,
            Protocol: 'HTTP',
            DefaultActions: [{ Type: 'forward', TargetGroupArn }],
          }),
        );
      await listen();
      expect(await errorName(listen())).toBe('DuplicateListenerException');
      const drop = () => aws().balancing.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
      expect(await errorName(drop())).toBe('ResourceInUseException');
      await aws().balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      await aws().balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      await drop();
    });

    it('leave interfaces behind, which block the deletion of a security group', async () => {
      emulator().pace.interfacesLinger = 2;
      const { GroupId = '' } = await aws().ec2.send(
        new CreateSecurityGroupCommand({ GroupName: 'alb', Description: 'alb' }),
      );
      const LoadBalancerArn = await balancer({ SecurityGroups: [GroupId] });
      const Filters = [{ Name: 'group-id', Values: [GroupId] }];
      const interfaces = async () =>
        (await aws().ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces?.map(
          ({ Description }) => Description?.split('/').slice(0, 2).join('/'),
        );
      const dropGroup = () => aws().ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      expect(await interfaces()).toEqual(['ELB app/darkroom-demo', 'ELB app/darkroom-demo']);
      expect(await errorName(dropGroup())).toBe('DependencyViolation');
      await aws().balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
      expect(await interfaces()).toHaveLength(2);
      expect(await interfaces()).toEqual([]);
      await dropGroup();
    });

    it('report targets in the state that a test sets', async () => {
      emulator().pace.targetInitial = 1;
      const { Instances } = await aws().ec2.send(
        new RunInstancesCommand({ ImageId: 'ami-1', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
      );
      const Id = Instances?.[0]?.InstanceId;
      const [LoadBalancerArn, TargetGroupArn] = [await balancer(), await targetGroup()];
      const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
      await aws().balancing.send(
        new CreateListenerCommand({ LoadBalancerArn, Port: 80, Protocol: 'HTTP', DefaultActions }),
      );
      await aws().balancing.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }] }));
      const health = async () => {
        const { TargetHealthDescriptions } = await aws().balancing.send(
          new DescribeTargetHealthCommand({ TargetGroupArn }),
        );
        return TargetHealthDescriptions?.[0]?.TargetHealth?.State;
      };
      expect([await health(), await health()]).toEqual(['initial', 'healthy']);
      emulator().hosts.targetState = () => 'unhealthy';
      expect(await health()).toBe('unhealthy');
    });
  });

  describe('buckets', () => {
    const createBucket = async () => {
      const Bucket = `darkroom-demo-${emulator().account}`;
      await aws().s3.send(
        new CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
        }),
      );
      return Bucket;
    };

    it('are encrypted and block public access by default', async () => {
      const Bucket = await createBucket();
      const { ServerSideEncryptionConfiguration } = await aws().s3.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
        SSEAlgorithm: 'AES256',
      });
      const block = () => aws().s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      expect((await block()).PublicAccessBlockConfiguration?.BlockPublicPolicy).toBe(true);
      await aws().s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      expect(await errorName(block())).toBe('NoSuchPublicAccessBlockConfiguration');
    });

    it('accept objects under a policy that requires TLS', async () => {
      const Bucket = await createBucket();
      const read = () => aws().s3.send(new GetBucketPolicyCommand({ Bucket }));
      expect(await errorName(read())).toBe('NoSuchBucketPolicy');
      const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
      const tlsOnly = { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [tlsOnly] });
      await aws().s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      const { Policy: given = '' } = await read();
      expect(JSON.parse(given)).toEqual({ Version: '2012-10-17', Statement: tlsOnly });
      await aws().s3.send(
        new PutObjectCommand({ Bucket, Key: 'uploads/a b.txt', Body: 'bytes', ContentType: 'text/plain' }),
      );
      const head = await aws().s3.send(new HeadObjectCommand({ Bucket, Key: 'uploads/a b.txt' }));
      expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain' });
      const { Body } = await aws().s3.send(new GetObjectCommand({ Bucket, Key: 'uploads/a b.txt' }));
      expect(await Body?.transformToString()).toBe('bytes');
    });

    it('refuse a public policy, and text that is not a policy', async () => {
      const Bucket = await createBucket();
      const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
      const put = (Policy: string) =>
        errorName(aws().s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
      expect(await put(JSON.stringify({ Statement: [open] }))).toBe('AccessDenied');
      expect(await put('{')).toBe('MalformedPolicy');
    });

    it('can hold a lock: an object that only one caller can create', async () => {
      const Bucket = await createBucket();
      const lock = () =>
        aws().s3.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: 'me', IfNoneMatch: '*' }));
      await lock();
      expect(await errorName(lock())).toBe('PreconditionFailed');
      await aws().s3.send(new DeleteObjectCommand({ Bucket, Key: 'lock' }));
      await lock();
    });
  });

  it('keeps the name of a secret that is scheduled for deletion', async () => {
    const create = () =>
      aws().secrets.send(new CreateSecretCommand({ Name: 'darkroom-demo', SecretString: 'a' }));
    const SecretId = 'darkroom-demo';
    await create();
    await aws().secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    expect(await errorName(create())).toBe('InvalidRequestException');
    expect(await errorName(aws().secrets.send(new GetSecretValueCommand({ SecretId })))).toBe(
      'InvalidRequestException',
    );
    const put = new PutSecretValueCommand({ SecretId, SecretString: 'b' });
    expect(await errorName(aws().secrets.send(put))).toBe('InvalidRequestException');
    await aws().secrets.send(new RestoreSecretCommand({ SecretId }));
    await aws().secrets.send(put);
    expect((await aws().secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('b');
    await aws().secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await create();
  });

  it('refuses an invalid retention', async () => {
    await aws().logs.send(new CreateLogGroupCommand({ logGroupName: '/darkroom/demo/api' }));
    const retain = (retentionInDays: number) =>
      errorName(
        aws().logs.send(
          new PutRetentionPolicyCommand({ logGroupName: '/darkroom/demo/api', retentionInDays }),
        ),
      );
    expect(await retain(13)).toBe('InvalidParameterException');
    expect(await retain(14)).toBeUndefined();
  });

  it('answers for quotas and prices', async () => {
    const quota = () =>
      sendJson(emulator(), 'servicequotas', 'ServiceQuotasV20190624.GetServiceQuota', {
        ServiceCode: 'elasticloadbalancing',
        QuotaCode: 'L-53DA6B97',
      });
    expect(await quota()).toMatchObject({ Quota: { Value: 50 } });
    emulator().hosts.quotas = { 'L-53DA6B97': 0 };
    expect(await quota()).toMatchObject({ Quota: { Value: 0 } });
    const prices = (await sendJson(emulator(), 'pricing', 'AWSPriceListService.GetProducts', {
      ServiceCode: 'AmazonElastiCache',
      Filters: [{ Type: 'TERM_MATCH', Field: 'instanceType', Value: 'cache.t4g.micro' }],
    })) as { PriceList: string[] };
    expect(prices.PriceList.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      { product: { attributes: { instanceType: 'cache.t4g.micro' } } },
    ]);
  });

  it('fails with its own error for a call that it cannot answer', async () => {
    expect(await sendJson(emulator(), 'no-such-service', 'Nothing.DoNothing', {})).toMatchObject({
      __type: 'NotInEmulator',
    });
  });
});
