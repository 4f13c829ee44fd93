import { GetConsoleOutputCommand } from '@aws-sdk/client-ec2';
import type { Context } from '../../context.js';
import { runOnHost } from './run-on-host.js';

/** Lines of output to show. */
const LAST_LINES = 30;
/** They print the end of the boot log, the state of each container, and the logs of the unhealthy ones. */
const COMMANDS = [
  'tail -n 15 /var/log/cloud-init-output.log',
  "docker ps --all --format '{{.Names}}: {{.Status}}'",
  'for name in $(docker ps --quiet --filter health=unhealthy); do docker logs --tail 5 "$name" 2>&1 | cut -c 1-400; done',
];

/**
 * Reads the logs of a host that does not become healthy. When the host does not answer, reads the end of its console,
 * which has the boot log.
 *
 * @returns a heading and lines
 */
export async function diagnoseHost(context: Context, hostId: string): Promise<string> {
  const report = await runOnHost(context, hostId, 'Darkroom: diagnosis', COMMANDS, 60).catch(() => undefined);
  if (report !== undefined) return formatSection(`Report from ${hostId}`, report);
  return formatSection(`Last lines of the console of ${hostId}`, await readConsole(context, hostId));
}

async function readConsole({ aws }: Context, InstanceId: string): Promise<string> {
  try {
    const { Output = '' } = await aws.ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: true }));
    return Buffer.from(Output, 'base64').toString();
  } catch (error) {
    return `(${error instanceof Error ? error.message : String(error)})`;
  }
}

function formatSection(heading: string, text: string): string {
  const lines = text.trimEnd().split(/\r?\n/).slice(-LAST_LINES);
  const shown =
    lines.join('').trim() === '' ? ['(empty: AWS shows the console some minutes after the start)'] : lines;
  return [`${heading}:`, ...shown.map((line) => `  ${line}`)].join('\n');
}
