import { addressOf } from '../address-of.js';
import type { Context } from '../context.js';
import { inventory } from '../engine/inventory.js';
import type { Resource } from '../engine/resource.js';
import { HOURS_A_MONTH, total, type Monthly } from '../prices/prices.js';
import type { Alarm } from '../resources/alarm.js';
import type { Deployment } from '../resources/deployment.js';
import type { Host } from '../resources/host-state.js';
import type { LoadBalancer } from '../resources/load-balancer.js';
import type { Registration } from '../resources/registration.js';
import { stackResources } from '../stack-resources.js';

/** What exists of a stack. */
export interface Status {
  objects: { kind: string; name: string; now: string; pending: string | undefined }[];
  address: string | undefined;
  /** The hash of the running release. */
  release: string | undefined;
  /** True when the load balancer finds the host ready. */
  healthy: boolean;
  /** The state of each host in AWS's words: `healthy`, `unhealthy`, `initial` … */
  targets: { id: string; state: string }[];
  /** Alarms in the state ALARM. */
  alarms: { name: string; since: string | undefined; description: string }[];
  /** Launch of the host, ISO 8601. */
  since: string | undefined;
  monthly: Monthly;
  /** Dollars since the host was launched, at the prices of the table. */
  soFar: number | undefined;
}

/** Reads the status of a stack. It writes nothing. */
export async function status(context: Context): Promise<Status> {
  const there = await inventory(stackResources(context));
  const seen = (key: string) => there.find((one) => one.key === key)?.seen;
  const monthly = total(there.map(({ costs }) => costs));
  const since = (seen('host') as Host | undefined)?.launchedAt;
  const { targets = [] } = (seen('registration') as Registration | undefined) ?? {};
  return {
    objects: there.map(objectOf),
    address: addressOf(seen('alb') as LoadBalancer | undefined, context),
    release: (seen('deployment') as Deployment | undefined)?.release,
    healthy: targets.some(({ state }) => state === 'healthy'),
    targets,
    alarms: ringing(there),
    since,
    monthly,
    soFar: since === undefined ? undefined : costSince(since, monthly),
  };
}

function ringing(there: readonly Resource[]): Status['alarms'] {
  return there
    .filter(({ kind }) => kind === 'alarm')
    .map(({ name, seen }) => ({ name, ...(seen as Alarm) }))
    .filter(({ state }) => state === 'ALARM')
    .map(({ name, since, description }) => ({ name, since, description }));
}

function objectOf(resource: Resource) {
  const { kind, name, seen } = resource;
  return { kind, name, now: resource.describe(seen), pending: resource.pending?.(seen) };
}

function costSince(since: string, { amount = 0 }: Monthly): number {
  const hours = (Date.now() - Date.parse(since)) / 3_600_000;
  return (amount / HOURS_A_MONTH) * hours;
}
