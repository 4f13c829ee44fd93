import { AwsFault } from '../wire/aws-fault.js';
import { xmlAnswer } from '../wire/answers.js';
import { textParam } from '../wire/call.js';
import { descendants, toXml, type XmlElement } from '../wire/xml.js';
import type { Rule } from '../world.js';

const COUNTER = 'instance profile unknown to EC2';

function unknownProfile(name: string, isArn: boolean): AwsFault {
  const [parameter, word] = isArn ? ['iamInstanceProfile.arn', 'ARN'] : ['iamInstanceProfile.name', 'name'];
  return new AwsFault(
    'InvalidParameterValue',
    `Value (${name}) for parameter ${parameter} is invalid. Invalid IAM Instance Profile ${word}`,
  );
}

export const INSTANCE_PROFILE_RULES: readonly Rule[] = [
  {
    name: 'RunInstances: a new instance profile is unknown at first',
    source: 'S12',
    on: ['iam:CreateInstanceProfile', 'iam:AddRoleToInstanceProfile'],
    after: (call, answer, world) => {
      // IAM is global.
      const place = { ...call, region: 'global' };
      const name = textParam(call, 'InstanceProfileName') ?? '';
      if (answer.status < 300) world.countdown(place, COUNTER).start(name, world.pace.profileUnknownToEc2);
      return answer;
    },
  },
  {
    name: 'RunInstances: an unknown instance profile is an invalid parameter',
    source: 'S13',
    on: ['ec2:RunInstances'],
    before: (call, world) => {
      const arn = textParam(call, 'IamInstanceProfile.Arn');
      const name = textParam(call, 'IamInstanceProfile.Name') ?? arn?.split('/').at(-1);
      if (name !== undefined && world.countdown({ ...call, region: 'global' }, COUNTER).poll(name)) {
        throw unknownProfile(arn ?? name, arn !== undefined);
      }
      return undefined;
    },
    after: (call, answer) => {
      if (answer.status !== 404 || !answer.body.includes('NoSuchEntity')) return answer;
      const arn = textParam(call, 'IamInstanceProfile.Arn');
      throw unknownProfile(arn ?? textParam(call, 'IamInstanceProfile.Name') ?? '', arn !== undefined);
    },
  },
  {
    name: 'ListInstanceProfileTags',
    source: 'S36',
    on: ['iam:ListInstanceProfileTags'],
    before: async (call, world) => {
      const name = textParam(call, 'InstanceProfileName') ?? '';
      const tree = await world.moto
        .query(call, 'iam', 'GetInstanceProfile', { InstanceProfileName: name })
        .catch(() => undefined);
      if (tree === undefined) {
        throw new AwsFault('NoSuchEntity', `Instance Profile ${name} cannot be found.`, 404);
      }
      return xmlAnswer(call, { Tags: profileTags(tree), IsTruncated: false });
    },
  },
];

/** The profile's tags are next to its name; the tags of its role are below `Roles`. */
function profileTags(tree: XmlElement): XmlElement {
  const profile = descendants(tree).find(({ name }) => name === 'InstanceProfile');
  const tags = profile?.children.find((part) => typeof part !== 'string' && part.name === 'Tags');
  return typeof tags === 'object' ? tags : (toXml('Tags', '')[0] as XmlElement);
}
