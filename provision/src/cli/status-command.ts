import { status, type Status } from '../commands/status.js';
import { money } from '../prices/prices.js';
import type { Stack } from '../stack.js';
import type { Invocation } from './invocation.js';
import { openStack } from './open-stack.js';
import type { Options } from './parse-options.js';

/** `npm run status`: what there is, and whether it is well. Exit code 1 when it is there and not healthy. */
export async function statusCommand(invocation: Invocation, options: Options): Promise<number> {
  const { context } = await openStack(invocation, options);
  const found = await status(context);
  const { stack } = context;
  invocation.output.write(
    options.json ? `${JSON.stringify({ stack, ...found })}\n` : `${statusText(stack, found)}\n`,
  );
  return found.objects.length === 0 || found.healthy ? 0 : 1;
}

/** What there is, as a person reads it. */
export function statusText(stack: Stack, found: Status): string {
  const where = `Stack ${stack.name} in ${stack.region}, account ${stack.account}`;
  if (found.objects.length === 0) return `${where}: nothing is there.`;
  const { healthy, since, soFar, monthly } = found;
  return [
    where,
    ...found.objects.map(
      ({ kind, now, pending }) => `  ${kind}  ${now}${pending === undefined ? '' : `: ${pending}`}`,
    ),
    '',
    `Address  ${found.address ?? 'none yet'}`,
    `Release  ${found.release ?? 'none yet'}`,
    `Health   ${healthy ? 'the load balancer finds the host ready' : 'not ready'}${since === undefined ? '' : `; launched ${since}`}`,
    `Costs    ${money(monthly)} a month${soFar === undefined ? '' : `, about $${soFar.toFixed(2)} since the launch`}`,
  ].join('\n');
}
