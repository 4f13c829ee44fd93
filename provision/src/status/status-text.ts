import { money } from '../prices/prices.js';
import type { Stack } from '../stack.js';
import type { Status } from './status.js';

/** Formats a status for a person. */
export function statusText(stack: Stack, found: Status): string {
  const where = `Stack ${stack.name} in ${stack.region}, account ${stack.account}`;
  if (found.objects.length === 0) return `${where}: nothing exists.`;
  const { monthly, soFar, since } = found;
  return [
    where,
    ...found.objects.map(
      ({ kind, now, pending }) => `  ${kind}  ${now}${pending === undefined ? '' : `: ${pending}`}`,
    ),
    '',
    `Address  ${found.address ?? 'none yet'}`,
    `Release  ${found.release ?? 'none yet'}`,
    `Health   ${healthText(found)}`,
    ...alarmLines(found),
    `Costs    ${money(monthly)} a month${soFar === undefined ? '' : `, about $${soFar.toFixed(2)} since the host was launched (${since})`}`,
  ].join('\n');
}

function healthText({ healthy, targets }: Status): string {
  if (healthy) return "healthy: the host passes the load balancer's health check";
  const states = targets.map(({ id, state }) => `${id} is ${state}`).join(', ');
  return states === '' ? 'not healthy: no host is registered' : `not healthy: ${states}`;
}

function alarmLines({ alarms }: Status): string[] {
  if (alarms.length === 0) return ['Alarms   none'];
  return alarms.map(
    ({ name, since, description }, at) =>
      `${at === 0 ? 'Alarms ' : '       '}  ${name}${since === undefined ? '' : ` since ${since}`}: ${description}`,
  );
}
