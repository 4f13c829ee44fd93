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
  /** What this command line sets. Earlier runs or the defaults supply the rest. */
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

const OPTIONS = {
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
export const HELP = `npm run provision -- [options]   creates the stack in your AWS account, or updates it
npm run teardown -- [options]    deletes the stack
npm run status -- [options]      shows what exists

  --stack NAME         name of the stack; an account can hold several (default: demo)
  --region REGION      region of the stack (default: AWS_REGION, or the region of your AWS CLI profile)
  --yes, -y            do not ask for confirmation
  --json               print one JSON object to standard output, for programs
  --break-lock         take over from a dead run that still locks the stack; its lock also expires after 5 minutes

provision:
  --plan               only print the plan; exit code 0: no changes, 2: changes, 1: error
  --type TYPE          EC2 instance type of the host (default: ${DEMO.instanceType})
  --cache-type TYPE    ElastiCache node type of the broker (default: ${DEMO.cacheType})
  --allow-cidr CIDR    addresses that may reach the stack; can be repeated (default: 0.0.0.0/0, everyone; requests need the token)
  --ssh-cidr CIDR      addresses that may reach the host by SSH (default: none; Session Manager works without SSH)
  --certificate ARN    serve HTTPS with this ACM certificate and redirect HTTP to it (default: none, HTTP only)
  --print-policy       only print the least-privilege IAM policy for these commands; does not call AWS
  --skip-checks        do not check permissions and quotas before the first change
  --no-wait            return as soon as everything exists; do not upload a test picture

teardown:
  --keep-data          keep the bucket with the pictures and the database; provision restores both

Later runs remember the options from --type to --certificate. To reset one, pass default: --type default
Manual: docs/deploy-aws.md`;

/**
 * Reads a command line.
 *
 * @param args - the command first; `provision` when it is missing
 * @throws ProvisionFault `usage`
 */
export function parseOptions(args: readonly string[]): Options {
  const [first = '', ...rest] = args;
  const command = COMMANDS.find((name) => name === first);
  const { values } = parse(command === undefined ? args : rest);
  if (values.profile !== 'demo') {
    throw new ProvisionFault('usage', `--profile: expected demo, got "${values.profile}".`);
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
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
  } catch (error) {
    throw new ProvisionFault(
      'usage',
      `${error instanceof Error ? error.message : ''}. --help lists the options.`,
      error,
    );
  }
}

/** The value that resets an option of an earlier run. */
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
  throw new ProvisionFault('usage', `--cache-type: expected a type that begins with cache., got "${type}".`);
}

/** Accepts only the first address of a block: AWS returns 192.0.2.7/24 as 192.0.2.0/24, a difference in every run. */
function parseCidr(option: string, text: string): string {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [bits, ...bytes] = (match?.slice(1) ?? []).map(Number).toReversed();
  const bad = bits === undefined || bits > 32 || bytes.some((byte) => byte > 255);
  const address = bytes.toReversed().reduce((sum, byte) => sum * 256 + byte, 0);
  if (bad || address % 2 ** (32 - bits) !== 0) {
    throw new ProvisionFault(
      'usage',
      `${option}: expected a block such as 192.0.2.0/24 or 192.0.2.7/32, got "${text}".`,
    );
  }
  return text;
}

function parseCertificate(arn: string): string {
  if (/^arn:[^:]+:acm:[^:]+:\d{12}:certificate\/.+$/.test(arn)) return arn;
  throw new ProvisionFault('usage', `--certificate: expected the ARN of an ACM certificate, got "${arn}".`);
}
