import { parseArgs } from 'node:util';
import { ProvisionFault } from '../errors.js';
import { DEMO, type Chosen } from '../settings.js';
import { parseStackName } from '../stack.js';

export const COMMANDS = ['provision', 'teardown', 'status'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Options {
  command: Command;
  stack: string;
  region: string | undefined;
  /** What this command line says of the stack; the rest is as an earlier run was told, or the default. */
  chosen: Chosen;
  plan: boolean;
  yes: boolean;
  json: boolean;
  wait: boolean;
  breakLock: boolean;
  checks: boolean;
  keepData: boolean;
  printPolicy: boolean;
  help: boolean;
}

const TAKES = {
  stack: { type: 'string', default: 'demo' },
  profile: { type: 'string', default: 'demo' },
  region: { type: 'string' },
  type: { type: 'string' },
  'cache-type': { type: 'string' },
  'allow-cidr': { type: 'string', multiple: true },
  'ssh-cidr': { type: 'string' },
  certificate: { type: 'string' },
  plan: { type: 'boolean', default: false },
  yes: { type: 'boolean', short: 'y', default: false },
  json: { type: 'boolean', default: false },
  'no-wait': { type: 'boolean', default: false },
  'keep-data': { type: 'boolean', default: false },
  'break-lock': { type: 'boolean', default: false },
  'skip-checks': { type: 'boolean', default: false },
  'print-policy': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What `--help` prints. */
export const HELP = `npm run provision -- [options]   makes the stack in your AWS account, or brings it up to date
npm run teardown -- [options]    deletes all of it
npm run status -- [options]      says what there is

  --stack NAME         one of several stacks in an account (default: demo)
  --region REGION      (default: AWS_REGION, or what the profile of the AWS CLI says)
  --yes, -y            do not ask
  --json               for programs: one JSON object on the standard output
  --break-lock         take the lock of a run that is dead

provision:
  --plan               only say what would be done; exit code 0: nothing, 2: something
  --type TYPE          of the host (default: ${DEMO.instanceType})
  --cache-type TYPE    of the broker (default: ${DEMO.cacheType})
  --allow-cidr CIDR    who may reach the stack, may be repeated (default: everybody, who then needs the token)
  --ssh-cidr CIDR      who may reach the host by SSH (default: nobody; Session Manager works without)
  --certificate ARN    of ACM: HTTPS, and HTTP leads there
  --print-policy       only print the least policy that these commands need, and call nobody
  --skip-checks        begin without looking at permissions and quotas first
  --no-wait            return when everything exists, before a picture has been through it

teardown:
  --keep-data          keep the bucket, with the pictures and the database; provision takes both back

The options from --type to --certificate are remembered in the account: later runs take them without being told,
and "default" as a value takes one back. docs/deploy-aws.md is the manual.`;

/**
 * Reads a command line.
 *
 * @param args - the command first, `provision` when there is none
 * @throws ProvisionFault `usage`
 */
export function parseOptions(args: readonly string[]): Options {
  const [first = '', ...rest] = args;
  const command = COMMANDS.find((name) => name === first);
  const { values } = parse(command === undefined ? args : rest);
  if (values.profile !== 'demo') {
    throw new ProvisionFault('usage', `--profile takes demo, not "${values.profile}".`);
  }
  return {
    command: command ?? 'provision',
    stack: parseStackName(values.stack),
    region: values.region,
    chosen: chosenFrom(values),
    plan: values.plan,
    yes: values.yes,
    json: values.json,
    wait: !values['no-wait'],
    breakLock: values['break-lock'],
    checks: !values['skip-checks'],
    keepData: values['keep-data'],
    printPolicy: values['print-policy'],
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: TAKES, allowPositionals: false });
  } catch (error) {
    throw new ProvisionFault(
      'usage',
      `${error instanceof Error ? error.message : ''} (--help lists the options)`,
      error,
    );
  }
}

/** The word that takes back what an earlier run was told. */
const DEFAULT = 'default';

function chosenFrom(values: ReturnType<typeof parse>['values']): Chosen {
  const { 'allow-cidr': allow, 'ssh-cidr': ssh, certificate, type, 'cache-type': cacheType } = values;
  return {
    ...choice('instanceType', type),
    ...choice('cacheType', cacheType, parseCacheType),
    ...(allow !== undefined && {
      allowCidrs: allow.includes(DEFAULT) ? undefined : allow.map((cidr) => parseCidr('--allow-cidr', cidr)),
    }),
    ...choice('sshCidr', ssh, (cidr) => parseCidr('--ssh-cidr', cidr)),
    ...choice('certificate', certificate, parseCertificate),
  };
}

function choice(name: keyof Chosen, text: string | undefined, parseText = (one: string) => one): Chosen {
  if (text === undefined) return {};
  return { [name]: text === DEFAULT ? undefined : parseText(text) };
}

function parseCacheType(type: string): string {
  if (type.startsWith('cache.')) return type;
  throw new ProvisionFault('usage', `--cache-type takes a type that begins with cache., not "${type}".`);
}

/** AWS writes a block with its first address: 192.0.2.7/24 would come back as 192.0.2.0/24, a difference for ever. */
function parseCidr(option: string, text: string): string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [bits, ...bytes] = (match?.slice(1) ?? []).map(Number).toReversed();
  const bad = bits === undefined || bits > 32 || bytes.some((byte) => byte > 255);
  const address = bytes.toReversed().reduce((sum, byte) => sum * 256 + byte, 0);
  if (bad || address % 2 ** (32 - bits) !== 0) {
    throw new ProvisionFault(
      'usage',
      `${option} takes a block such as 192.0.2.0/24 or 192.0.2.7/32, not "${text}".`,
    );
  }
  return text;
}

function parseCertificate(arn: string): string {
  if (/^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/.test(arn)) return arn;
  throw new ProvisionFault('usage', `--certificate takes the ARN of a certificate of ACM, not "${arn}".`);
}
