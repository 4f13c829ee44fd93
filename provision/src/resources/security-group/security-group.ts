import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  paginateDescribeSecurityGroups,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { readPages, type Kind } from '../../engine/kind.js';
import { assertOurs, tagDifferences, findSingle } from '../../engine/ownership.js';
import { defineResource, type Difference, type Resource } from '../../engine/resource.js';
import { nameOf, readTags, tagList } from '../../stack.js';
import { stackFilter } from '../find-tagged.js';

export interface SecurityGroup {
  id: string;
  tags: Record<string, string>;
  /** The rules for incoming traffic. */
  ingress: Rule[];
  egress: Rule[];
}

interface Rule {
  id: string;
  text: string;
}

/** Allows incoming traffic to one TCP port. */
export interface Ingress {
  port: number;
  /** A CIDR block, or the members of a security group. */
  from: string | Resource<SecurityGroup>;
}

export interface SecurityGroupOptions {
  key: string;
  description: string;
  ingress: readonly Ingress[];
  wanted?: boolean;
}

const formatSource = (from: Ingress['from']) =>
  typeof from === 'string' ? from : (from.seen?.id ?? `(new ${from.name})`);
const formatRule = ({ port, from }: Ingress) => `tcp ${port} from ${formatSource(from)}`;

/** AWS's default. The host needs it to reach packages and AWS. In a VPC with IPv6, AWS adds the second rule. */
const EVERYTHING = 'everything from 0.0.0.0/0';
const EVERYTHING_IPV6 = 'everything from ::/0';

export const SECURITY_GROUP: Kind = {
  name: 'security group',
  making: [
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:CreateSecurityGroup',
    'ec2:CreateTags',
    'ec2:DeleteSecurityGroup',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroupRules',
    'ec2:DescribeSecurityGroups',
  ],
  repairing: [
    'ec2:AuthorizeSecurityGroupEgress',
    'ec2:RevokeSecurityGroupEgress',
    'ec2:RevokeSecurityGroupIngress',
  ],
  search: ({ ec2: client }, stack) =>
    readPages(paginateDescribeSecurityGroups({ client }, { Filters: stackFilter(stack) }), (page) =>
      page.SecurityGroups?.map(({ GroupId }) => ({ id: GroupId })),
    ),
};

/** A security group in the default VPC. Its rules refer to groups where possible; outgoing traffic is not limited. */
export function securityGroup(
  context: Context,
  { key, description, ingress, wanted = true }: SecurityGroupOptions,
): Resource<SecurityGroup> {
  const { stack, network } = context;
  const { ec2 } = context.aws;
  const name = nameOf(stack, key);
  return defineResource<SecurityGroup>({
    key,
    kind: SECURITY_GROUP.name,
    name,
    wanted,
    needs: ingress.flatMap(({ from }) => (typeof from === 'string' ? [] : [from])),
    find: () => findGroup(context, key),
    create: () =>
      ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: name,
          Description: description,
          VpcId: network.vpcId,
          TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(stack, key) }],
        }),
      ),
    differences: (found) => [
      ...ingressDifferences(context, key, ingress, found),
      ...egressDifferences(context, found),
      ...tagDifferences(stack, key, found.tags, (Tags) =>
        ec2.send(new CreateTagsCommand({ Resources: [found.id], Tags })),
      ),
    ],
    destroy: ({ id }) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })),
    blocker: ({ id }) => findBlocker(context, id),
    describe: ({ id }) => `${name} (${id})`,
  });
}

async function findGroup({ stack, aws }: Context, key: string): Promise<SecurityGroup | undefined> {
  const { SecurityGroups = [] } = await aws.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: [nameOf(stack, key)] }] }),
  );
  const candidates = SecurityGroups.map(({ GroupId = '', Tags }) => ({ id: GroupId, tags: readTags(Tags) }));
  for (const candidate of candidates) assertOurs(stack, key, candidate);
  const group = findSingle(key, candidates);
  if (group === undefined) return undefined;
  const { SecurityGroupRules = [] } = await aws.ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group.id] }] }),
  );
  const rules = (egress: boolean) =>
    SecurityGroupRules.filter(({ IsEgress = false }) => IsEgress === egress).map((rule) => ({
      id: rule.SecurityGroupRuleId ?? '',
      text: formatFoundRule(rule),
    }));
  return { ...group, ingress: rules(false), egress: rules(true) };
}

function formatFoundRule(rule: SecurityGroupRule): string {
  const { IpProtocol = '', FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo } = rule;
  const ports = FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`;
  const from = CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? '';
  return IpProtocol === '-1' ? `everything from ${from}` : `${IpProtocol} ${ports} from ${from}`;
}

function ingressDifferences(
  { stack, aws: { ec2 } }: Context,
  key: string,
  wanted: readonly Ingress[],
  { id, ingress }: SecurityGroup,
): Difference[] {
  const texts = new Set(wanted.map(formatRule));
  const there = new Set(ingress.map(({ text }) => text));
  const missing = wanted.filter((rule) => !there.has(formatRule(rule)));
  const extra = ingress.filter(({ text }) => !texts.has(text));
  return [
    ...missing.map((rule) => ({
      field: 'ingress',
      from: '(none)',
      to: formatRule(rule),
      apply: () =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: id,
            IpPermissions: [permission(rule)],
            TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: tagList(stack, key) }],
          }),
        ),
    })),
    ...extra.map((rule) => ({
      field: 'ingress',
      from: rule.text,
      to: '(none)',
      apply: () =>
        ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, SecurityGroupRuleIds: [rule.id] })),
    })),
  ];
}

function egressDifferences({ aws: { ec2 } }: Context, { id, egress }: SecurityGroup): Difference[] {
  const missing = !egress.some(({ text }) => text === EVERYTHING);
  const extra = egress.filter(({ text }) => text !== EVERYTHING && text !== EVERYTHING_IPV6);
  const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const allow = () =>
    ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: [everything] }));
  return [
    ...(missing ? [{ field: 'egress', from: '(none)', to: 'everything', apply: allow }] : []),
    ...extra.map((rule) => ({
      field: 'egress',
      from: rule.text.replace(' from ', ' to '),
      to: '(none)',
      apply: () =>
        ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, SecurityGroupRuleIds: [rule.id] })),
    })),
  ];
}

function permission({ port, from }: Ingress) {
  return {
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
    ...(typeof from === 'string'
      ? { IpRanges: [{ CidrIp: from }] }
      : { UserIdGroupPairs: [{ GroupId: formatSource(from) }] }),
  };
}

/** Finds what blocks the deletion: network interfaces in the group, and groups whose rules refer to it. */
async function findBlocker({ aws: { ec2 } }: Context, id: string): Promise<string | undefined> {
  const [{ NetworkInterfaces = [] }, { SecurityGroups = [] }] = await Promise.all([
    ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: [id] }] })),
    ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'ip-permission.group-id', Values: [id] }] }),
    ),
  ]);
  const blockers = [
    ...NetworkInterfaces.map(
      ({ NetworkInterfaceId, Description }) => `network interface ${NetworkInterfaceId} (${Description})`,
    ),
    ...SecurityGroups.map(({ GroupId }) => `a rule of security group ${GroupId}`),
  ];
  return blockers.length === 0 ? undefined : blockers.join(', ');
}
