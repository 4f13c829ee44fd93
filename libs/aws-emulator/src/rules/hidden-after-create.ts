import { AwsFault } from '../wire/aws-fault.js';
import { treeAnswer, treeOf } from '../wire/answers.js';
import { listParam, textParam, type Answer, type Call } from '../wire/call.js';
import { child, descendants, removeElements, textAt, withMembers, type XmlElement } from '../wire/xml.js';
import type { Rule, World } from '../world.js';

/** A kind of object that cannot be found for a while after its creation. */
interface Hidden {
  readonly create: string;
  readonly source: string;
  /** Where to find the new id: in the answer, or in the parameters. */
  readonly id: { readonly answer: string } | { readonly param: string };
  /** Calls that use the id, with the parameter that holds it. */
  readonly namedBy: readonly (readonly [call: string, param: string])[];
  /** The list that omits it, with the members of its element; the first is the id. */
  readonly list: readonly [call: string, members: readonly string[]];
  readonly fault: (id: string) => AwsFault;
}

const inIam = (what: string) => (id: string) =>
  new AwsFault('NoSuchEntity', `The ${what} with name ${id} cannot be found.`, 404);

const HIDDEN_AFTER_CREATE: readonly Hidden[] = [
  {
    create: 'ec2:CreateSecurityGroup',
    source: 'S9',
    id: { answer: 'groupId' },
    namedBy: [
      ['ec2:DescribeSecurityGroups', 'GroupId'],
      ['ec2:AuthorizeSecurityGroupIngress', 'GroupId'],
      ['ec2:AuthorizeSecurityGroupEgress', 'GroupId'],
    ],
    list: ['ec2:DescribeSecurityGroups', ['groupId', 'groupDescription']],
    fault: (id) => new AwsFault('InvalidGroup.NotFound', `The security group '${id}' does not exist`),
  },
  {
    create: 'ec2:RunInstances',
    source: 'S9',
    id: { answer: 'instanceId' },
    namedBy: [
      ['ec2:DescribeInstances', 'InstanceId'],
      ['ec2:AttachVolume', 'InstanceId'],
    ],
    list: ['ec2:DescribeInstances', ['instanceId', 'instanceState']],
    fault: (id) => new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`),
  },
  {
    create: 'ec2:CreateVolume',
    source: 'S9',
    id: { answer: 'volumeId' },
    namedBy: [
      ['ec2:DescribeVolumes', 'VolumeId'],
      ['ec2:AttachVolume', 'VolumeId'],
    ],
    list: ['ec2:DescribeVolumes', ['volumeId', 'size']],
    fault: (id) => new AwsFault('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
  },
  {
    create: 'iam:CreateRole',
    source: 'S33',
    id: { param: 'RoleName' },
    namedBy: [
      ['iam:GetRole', 'RoleName'],
      ['iam:AddRoleToInstanceProfile', 'RoleName'],
    ],
    list: ['iam:ListRoles', ['RoleName', 'RoleId']],
    fault: inIam('role'),
  },
  {
    create: 'iam:CreateInstanceProfile',
    source: 'S33',
    id: { param: 'InstanceProfileName' },
    namedBy: [['iam:GetInstanceProfile', 'InstanceProfileName']],
    list: ['iam:ListInstanceProfiles', ['InstanceProfileName', 'InstanceProfileId']],
    fault: inIam('instance profile'),
  },
];

function ruleFor(hidden: Hidden): Rule {
  const [list, members] = hidden.list;
  const counter = (world: World, call: Call) => world.countdown(call, `hidden ${hidden.create}`);
  return {
    name: `${hidden.create}: not found at first`,
    source: hidden.source,
    on: [...new Set([hidden.create, list, ...hidden.namedBy.map(([name]) => name)])],
    before: (call, world) => {
      for (const [name, param] of hidden.namedBy) {
        if (name !== call.name) continue;
        const missing = namesOf(call, param).filter((id) => counter(world, call).poll(id));
        if (missing[0] !== undefined) throw hidden.fault(missing[0]);
      }
      return undefined;
    },
    after: (call, answer, world) => {
      const tree = treeOf(answer);
      if (!tree) return answer;
      if (call.name === hidden.create) {
        for (const id of createdIds(hidden, call, tree)) {
          counter(world, call).start(id, world.pace.hiddenAfterCreate);
        }
        return answer;
      }
      return call.name === list
        ? withoutHidden(tree, members, (id) => counter(world, call).poll(id))
        : answer;
    },
  };
}

function namesOf(call: Call, param: string): string[] {
  return [textParam(call, param) ?? '', ...listParam(call, param)].filter((id) => id !== '');
}

function createdIds(hidden: Hidden, call: Call, tree: XmlElement): string[] {
  const where = hidden.id;
  if ('param' in where) return namesOf(call, where.param);
  return [...new Set(withMembers(tree, [where.answer]).map((element) => textAt(element, where.answer)))];
}

function withoutHidden(
  tree: XmlElement,
  members: readonly string[],
  isHidden: (id: string) => boolean,
): Answer {
  const unseen = withMembers(tree, members).filter((element) => isHidden(textAt(element, members[0] ?? '')));
  removeElements(tree, new Set(unseen));
  const reservations = descendants(tree).filter((one) => child(one, 'instancesSet')?.children.length === 0);
  removeElements(tree, new Set(reservations));
  return treeAnswer(tree);
}

/** moto shows everything at once; AWS does not. */
export const HIDDEN_AFTER_CREATE_RULES: readonly Rule[] = HIDDEN_AFTER_CREATE.map(ruleFor);
