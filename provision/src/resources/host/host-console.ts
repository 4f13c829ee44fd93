import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { runOnHost } from './run-on-host.js';

/** Of what a host says, the end. */
const LAST_LINES = 30;
/** What the host itself knows: what its first script said at last, and how its programs are. */
const ASK = [
  'tail -n 15 /var/log/cloud-init-output.log',
  "docker ps --all --format '{{.Names}}: {{.Status}}'",
  'for name in $(docker ps --quiet --filter health=unhealthy); do docker logs --tail 5 "$name" 2>&1 | cut -c 1-400; done',
];

/**
 * What can be learnt of a host that does not become healthy: what it says itself, or, when it does not answer, the end of
 * its console, which the boot log goes to.
 *
 * @returns a heading and lines
 */
export async function hostWords(context: Context, hostId: string): Promise<string> {
  const boot = await runOnHost(context, hostId, 'Darkroom: what is wrong', ASK, 60).catch(() => undefined);
  if (boot !== undefined) return section(`What ${hostId} says of itself`, boot);
  return section(`The end of the console of ${hostId}`, await consoleOutput(context, hostId));
}

async function consoleOutput({ aws }: Context, InstanceId: string): Promise<string> {
  try {
    const { Output = '' } = await aws.ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }));
    return Buffer.from(Output, 'base64').toString();
  } catch (error) {
    return `(${error instanceof Error ? error.message : String(error)})`;
  }
}

function section(heading: string, text: string): string {
  const lines = text.trimEnd().split(/\r?\n/).slice(-LAST_LINES);
  const said =
    lines.join('').trim() === '' ? ['(nothing yet: AWS shows it some minutes after the start)'] : lines;
  return [`${heading}:`, ...said.map((line) => `  ${line}`)].join('\n');
}
