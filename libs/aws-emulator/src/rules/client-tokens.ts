import { createHash } from 'node:crypto';
import { AwsFault } from '../wire/aws-fault.js';
import { textParam, type Answer, type Call } from '../wire/call.js';
import type { Rule, World } from '../world.js';

/** Calls that create only one object for a token. */
const TOKEN_PARAMETERS: Readonly<Record<string, string>> = {
  'ec2:RunInstances': 'ClientToken',
  'ec2:CreateVolume': 'ClientToken',
  'ec2:CreateLaunchTemplate': 'ClientToken',
  'ec2:CreateNatGateway': 'ClientToken',
  'ec2:CreateVpcEndpoint': 'ClientToken',
};

interface Remembered {
  parameters: string;
  answer: Promise<Answer>;
  arrived: (answer: Answer) => void;
}

function tokens(world: World, call: Call): Map<string, Remembered> {
  return world.keep(call, `tokens ${call.name}`, () => new Map<string, Remembered>());
}

function tokenOf(call: Call): string | undefined {
  return textParam(call, TOKEN_PARAMETERS[call.name] ?? '');
}

function fingerprint(call: Call): string {
  return createHash('sha256').update(JSON.stringify(call.params)).digest('hex');
}

/** A repeated token returns the same object; with other parameters, it is refused. moto ignores tokens. */
export const CLIENT_TOKEN_RULE: Rule = {
  name: 'ClientToken: returns the same object',
  source: 'S20',
  on: Object.keys(TOKEN_PARAMETERS),
  before: (call, world) => {
    const token = tokenOf(call);
    if (token === undefined) return undefined;
    if (token.length > 64) {
      throw new AwsFault('InvalidParameterValue', 'The client token is longer than 64 ASCII characters.');
    }
    const known = tokens(world, call).get(token);
    if (known === undefined) {
      remember(call, world, token);
      return undefined;
    }
    if (known.parameters === fingerprint(call)) return known.answer;
    throw new AwsFault(
      'IdempotentParameterMismatch',
      'The client token you provided was used with different parameters in an earlier request.',
    );
  },
  after: (call, answer, world) => {
    const token = tokenOf(call) ?? '';
    tokens(world, call).get(token)?.arrived(answer);
    // A refused call does not use up its token.
    if (answer.status >= 300) tokens(world, call).delete(token);
    return answer;
  },
};

function remember(call: Call, world: World, token: string): void {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  tokens(world, call).set(token, { parameters: fingerprint(call), answer: promise, arrived: resolve });
}
