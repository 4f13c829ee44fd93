import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing } from '../../engine/differing.js';
import { SERVICE_ROLES, readPages, searchByName, type Kind } from '../../engine/kind.js';
import { findSingle } from '../../engine/ownership.js';
import { defineBlueprint } from '../../engine/profile.js';
import {
  defineResource,
  getSeen,
  type Cost,
  type Difference,
  type Price,
  type Resource,
} from '../../engine/resource.js';
import { nameOf, tagList } from '../../stack.js';
import type { SecurityGroup } from '../security-group/security-group.js';
import type { Volume } from '../volume.js';
import { assertLoadBalancingOurs, loadBalancingTagDifferences } from './load-balancer-tags.js';

export interface LoadBalancer {
  id: string;
  dnsName: string;
  /** `provisioning`, `active`, `active_impaired` or `failed`. */
  state: string;
  subnetIds: string[];
  securityGroups: string[];
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export const LOAD_BALANCER_KEY = 'alb';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  // Longer than the 15 s between two keep-alive comments of an event stream, and than the slowest upload of a part.
  'idle_timeout.timeout_seconds': '120',
  'routing.http.drop_invalid_header_fields.enabled': 'true',
  // Teardown would have to disable it first.
  'deletion_protection.enabled': 'false',
};

/** The minimum number of zones of a load balancer. Each further zone costs one more address. */
const ZONES = 2;

const PRICE: Price = {
  price: 0.0225,
  per: 'hour',
  source: 'published reference estimate, without capacity units',
  certain: true,
};

const costsIn = (zones: number): Cost[] => [{ item: PRICE }, { item: 'public-ipv4', quantity: zones }];

const KIND: Kind = {
  name: 'load balancer',
  making: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateLoadBalancer',
    'elasticloadbalancing:DeleteLoadBalancer',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:ModifyLoadBalancerAttributes',
  ],
  repairing: [
    'elasticloadbalancing:SetSecurityGroups',
    'elasticloadbalancing:SetSubnets',
    // Creates the role of Elastic Load Balancing, the first time an account uses it.
    'iam:CreateServiceLinkedRole',
  ],
  // To create a load balancer, Elastic Load Balancing reads the account's network as the caller. Without these, AWS
  // refuses with `not authorized to perform: ec2:DescribeAccountAttributes`.
  indirect: ['ec2:DescribeAccountAttributes', 'ec2:DescribeAddresses', 'ec2:DescribeInternetGateways'],
  arns: () => [SERVICE_ROLES],
  search: searchByName(({ elasticloadbalancing: client }) =>
    readPages(paginateDescribeLoadBalancers({ client }, {}), (page) =>
      page.LoadBalancers?.map(({ LoadBalancerName, AvailabilityZones = [] }) => ({
        id: LoadBalancerName,
        costs: costsIn(AvailabilityZones.length),
      })),
    ),
  ),
};

export interface LoadBalancerNeeds {
  balancerGroup: Resource<SecurityGroup>;
  /** The data volume, whose zone is the host's. */
  volume: Resource<Volume>;
}

/** The public entry of the stack, in two zones: the host's and one other. */
export const loadBalancer = defineBlueprint(
  KIND,
  (context: Context, needs: LoadBalancerNeeds): Resource<LoadBalancer> => {
    const { balancerGroup, volume } = needs;
    const { stack } = context;
    const { elasticloadbalancing } = context.aws;
    const name = nameOf(stack, LOAD_BALANCER_KEY);
    return defineResource<LoadBalancer>({
      key: LOAD_BALANCER_KEY,
      kind: KIND.name,
      name,
      needs: [balancerGroup, volume],
      costs: costsIn(ZONES),
      quota: {
        ServiceCode: 'elasticloadbalancing',
        QuotaCode: 'L-53DA6B97',
        name: 'Application Load Balancers per Region',
        used: () => countLoadBalancers(context),
        needed: () => Promise.resolve(1),
      },
      typicalSeconds: 150,
      find: () => findLoadBalancer(context, name),
      create: () =>
        elasticloadbalancing.send(
          new CreateLoadBalancerCommand({
            Name: name,
            Type: 'application',
            Scheme: 'internet-facing',
            IpAddressType: 'ipv4',
            Subnets: selectSubnets(context, volume),
            SecurityGroups: [getSeen(balancerGroup).id],
            Tags: tagList(stack, LOAD_BALANCER_KEY),
          }),
        ),
      differences: (found) => differences(context, needs, found),
      pending: ({ state }) => (state.startsWith('active') ? undefined : `is ${state}`),
      destroy: ({ id }) => elasticloadbalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id })),
      describe: ({ dnsName, state }) => `${dnsName} (${state})`,
    });
  },
);

async function countLoadBalancers({ aws: { elasticloadbalancing: client } }: Context): Promise<number> {
  const all = await readPages(paginateDescribeLoadBalancers({ client }, {}), (page) => page.LoadBalancers);
  return all.filter(({ Type }) => Type === 'application').length;
}

async function findLoadBalancer(context: Context, name: string): Promise<LoadBalancer | undefined> {
  const { elasticloadbalancing } = context.aws;
  const answer = await orAbsent(
    elasticloadbalancing.send(new DescribeLoadBalancersCommand({ Names: [name] })),
  );
  const found = (answer?.LoadBalancers ?? []).map((balancer) => ({
    id: balancer.LoadBalancerArn ?? '',
    dnsName: balancer.DNSName ?? '',
    state: balancer.State?.Code ?? 'provisioning',
    subnetIds: (balancer.AvailabilityZones ?? []).map(({ SubnetId = '' }) => SubnetId).toSorted(),
    securityGroups: balancer.SecurityGroups ?? [],
  }));
  const one = findSingle(LOAD_BALANCER_KEY, found);
  if (one === undefined) return undefined;
  const tags = await assertLoadBalancingOurs(context, LOAD_BALANCER_KEY, one.id);
  const { Attributes = [] } = await elasticloadbalancing.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: one.id }),
  );
  return {
    ...one,
    tags,
    attributes: Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** Includes the host's zone: a load balancer sends nothing to targets in other zones than its own. */
function selectSubnets({ network: { subnets } }: Context, volume: Resource<Volume>): string[] {
  const ofHost = subnets.find(({ zone }) => zone === volume.seen?.zone) ?? subnets[0];
  const others = subnets.filter((subnet) => subnet !== ofHost);
  return [...(ofHost === undefined ? [] : [ofHost]), ...others]
    .slice(0, ZONES)
    .map(({ id }) => id)
    .toSorted();
}

function differences(
  context: Context,
  { balancerGroup, volume }: LoadBalancerNeeds,
  found: LoadBalancer,
): Difference[] {
  const { elasticloadbalancing } = context.aws;
  const LoadBalancerArn = found.id;
  const Subnets = selectSubnets(context, volume);
  const SecurityGroups = [balancerGroup.seen?.id ?? `(new ${balancerGroup.name})`];
  return [
    ...loadBalancingTagDifferences(context, LOAD_BALANCER_KEY, found),
    ...differing('subnets', found.subnetIds, Subnets, () =>
      elasticloadbalancing.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets })),
    ),
    ...differing('security groups', found.securityGroups, SecurityGroups, () =>
      elasticloadbalancing.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups })),
    ),
    ...Object.entries(ATTRIBUTES).flatMap(([Key, Value]) =>
      differing(Key, found.attributes[Key], Value, () =>
        elasticloadbalancing.send(
          new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }),
        ),
      ),
    ),
  ];
}
