import { DescribeInstancesCommand, TerminateInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import type { Context } from '../context.js';
import { theOnlyOne } from '../engine/ownership.js';
import { defineResource, type Resource } from '../engine/resource.js';
import { RESOURCE_TAG, STACK_TAG, nameOf, readTags } from '../stack.js';
import { hostDifferences } from './host-differences.js';
import { HOST_KEY, ROOT_GIB, SPEC_TAG, type Host, type HostNeeds } from './host-state.js';
import { launchHost } from './launch-host.js';

/**
 * The one machine: nginx, api, worker and PostgreSQL.
 *
 * @param used - what its programs write to: deleted when nobody writes any more
 */
export function host(context: Context, needs: HostNeeds, used: readonly Resource[] = []): Resource<Host> {
  const { stack, settings, aws } = context;
  return defineResource<Host>({
    key: HOST_KEY,
    kind: 'EC2 instance',
    name: nameOf(stack, HOST_KEY),
    needs: [...(Object.values(needs) as Resource[]), ...used],
    costs: [
      { item: settings.instanceType },
      { item: 'public-ipv4' },
      { item: 'ebs-gp3', quantity: ROOT_GIB },
    ],
    typicalSeconds: 30,
    find: () => findHost(context),
    create: async () => {
      const before = (await findInstances(context)).filter(({ state }) => state === 'terminated');
      const isThere = async () => (await findHost(context)) !== undefined;
      await launchHost(context, needs, { before, isThere });
    },
    differences: (found) => hostDifferences(context, needs, found),
    pending: ({ state }) => (state === 'running' || state === 'stopped' ? undefined : `is ${state}`),
    leaving: ({ state }) => state === 'shutting-down',
    destroy: ({ id }) => aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    describe: ({ id, type = '', state }) => `${id} (${type}, ${state})`,
  });
}

async function findHost(context: Context): Promise<Host | undefined> {
  const instances = await findInstances(context);
  return theOnlyOne(
    HOST_KEY,
    instances.filter(({ state }) => state !== 'terminated'),
  );
}

/** Terminated ones are listed for about an hour, with their tags. */
async function findInstances({ aws, stack }: Context): Promise<Host[]> {
  const { Reservations = [] } = await aws.ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: `tag:${STACK_TAG}`, Values: [stack.name] },
        { Name: `tag:${RESOURCE_TAG}`, Values: [HOST_KEY] },
      ],
    }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(facts);
}

function facts(instance: Instance): Host {
  return {
    id: instance.InstanceId ?? '',
    state: instance.State?.Name ?? 'pending',
    type: instance.InstanceType,
    zone: instance.Placement?.AvailabilityZone,
    profile: instance.IamInstanceProfile?.Arn,
    securityGroups: (instance.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId),
    metadataTokens: instance.MetadataOptions?.HttpTokens,
    metadataHops: instance.MetadataOptions?.HttpPutResponseHopLimit,
    spec: readTags(instance.Tags)[SPEC_TAG],
    launchedAt: instance.LaunchTime?.toISOString(),
  };
}
