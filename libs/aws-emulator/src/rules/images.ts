import { jsonAnswer } from '../wire/answers.js';
import { AwsFault } from '../wire/aws-fault.js';
import { textParam } from '../wire/call.js';
import type { Rule } from '../world.js';

const UBUNTU = /^\/aws\/service\/canonical\/ubuntu\/.*\/(amd64|arm64)\/.*ami-id$/;
const PROCESSORS: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' };

export const IMAGE_RULES: readonly Rule[] = [
  {
    name: 'GetParameter: Ubuntu images',
    source: 'S58',
    on: ['ssm:GetParameter'],
    before: async (call, world) => {
      const name = textParam(call, 'Name') ?? '';
      const processor = PROCESSORS[UBUNTU.exec(name)?.[1] ?? ''];
      if (processor === undefined) return undefined;
      // Any image that DescribeImages shows will do.
      const known = `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${processor}`;
      const answer = await world.moto.json(call, 'ssm', 'AmazonSSM.GetParameter', { Name: known });
      return jsonAnswer({ Parameter: { ...(answer?.['Parameter'] as object | undefined), Name: name } });
    },
  },
  {
    name: 'RunInstances: an image is required',
    source: 'S21',
    on: ['ec2:RunInstances'],
    before: (call) => {
      const given = Object.keys(call.params).some((name) => /^(ImageId$|LaunchTemplate\.)/.test(name));
      if (given) return undefined;
      throw new AwsFault('MissingParameter', 'The request must contain the parameter ImageId');
    },
  },
];
