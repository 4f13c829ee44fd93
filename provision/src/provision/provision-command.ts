import { addressOf } from '../address-of.js';
import { findNetwork } from '../aws/network.js';
import type { Invocation } from '../cli/invocation.js';
import { openStack, type OpenStack } from '../cli/open-stack.js';
import type { Options } from '../cli/parse-options.js';
import { createProgress } from '../cli/progress.js';
import { ask } from '../cli/terminal.js';
import type { Context } from '../context.js';
import type { Outcome } from '../engine/graph.js';
import { isChange, plan } from '../engine/plan.js';
import { listResources } from '../engine/profile.js';
import type { Resource } from '../engine/resource.js';
import { waitFor } from '../engine/wait.js';
import { ProvisionFault, isFault } from '../errors.js';
import { readRelease } from '../release/read-release.js';
import { diagnoseHost } from '../resources/host/diagnose-host.js';
import type { Registration } from '../resources/load-balancer/registration.js';
import { readSecrets } from '../resources/secret.js';
import { stackResources, type StackResources } from '../stack-resources.js';
import { nameOf } from '../stack.js';
import { checkReady } from './check-ready.js';
import { checkUpload } from './check-upload.js';
import { explainFailures, explainRemains } from './explain-failures.js';
import { planJson, planText } from './plan-text.js';
import { provision } from './provision.js';

/** Seconds for a ready host to pass the load balancer's health check. */
const HEALTH_LIMIT = 300;

/** `npm run provision`: shows the plan, asks once, and applies it. */
export async function provisionCommand(invocation: Invocation, options: Options): Promise<number> {
  const opened = await openStack(invocation, options);
  const { aws, stack } = opened.context;
  const [network, release] = await Promise.all([
    findNetwork(aws, opened.context.settings.instanceType),
    readRelease(invocation.root, stack),
  ]);
  const context: Context = { ...opened.context, network, release };
  const resources = stackResources(context);
  const rows = await plan(listResources(resources));
  const changes = isChange(rows);
  if (options.plan) {
    invocation.output.write(
      options.json ? `${JSON.stringify(planJson(stack, rows))}\n` : `${planText(stack, rows)}\n`,
    );
    return changes ? 2 : 0;
  }
  if (changes) {
    invocation.errors.write(`${planText(stack, rows)}\n\n`);
    if (!options.yes) await confirm(invocation, context);
    await run({ ...opened, context }, invocation, options, resources);
  } else {
    invocation.errors.write(`Nothing to change: ${rows.length} objects are up to date.\n`);
  }
  await finish(context, invocation, options, resources, changes);
  return 0;
}

async function confirm(invocation: Invocation, { stack }: Context): Promise<void> {
  const answer = await ask(
    invocation,
    `Apply this plan to account ${stack.account} in ${stack.region}? [y/N] `,
    invocation.signal,
  );
  if (!/^y(es)?$/i.test(answer)) throw new ProvisionFault('cancelled', 'Nothing was changed.');
}

async function run(
  { connection, context }: OpenStack,
  invocation: Invocation,
  options: Options,
  resources: StackResources,
): Promise<void> {
  const { signal } = invocation;
  const progress = createProgress(invocation);
  const outcomes = await provision(connection, context, listResources(resources), {
    report: progress.report,
    wait: options.wait,
    breakLock: options.breakLock,
    checks: options.checks,
    stopped: () => signal.aborted,
    ended: progress.end,
  });
  if (outcomes.every(({ state }) => state === 'done')) return;
  throw new ProvisionFault(
    'aws',
    [
      ...explainFailures(outcomes),
      ...(await readFailedHost(context, resources, outcomes)),
      ...explainRemains(context.stack, listResources(resources)),
    ].join('\n'),
  );
}

/** What the host says, if its release failed. */
async function readFailedHost(
  context: Context,
  { deployment, host }: StackResources,
  outcomes: readonly Outcome[],
): Promise<string[]> {
  const failed = outcomes.some(({ resource, state }) => resource === deployment && state === 'failed');
  return failed && host.seen !== undefined ? [await diagnoseHost(context, host.seen.id)] : [];
}

/** Waits until the stack serves, and prints its address. */
async function finish(
  context: Context,
  invocation: Invocation,
  options: Options,
  resources: StackResources,
  changed: boolean,
): Promise<void> {
  const address = addressOf(resources.loadBalancer.seen, context);
  if (options.wait && address !== undefined) {
    await becomesHealthy(context, resources.registration);
    // The certificate does not cover the name of the load balancer, so an HTTPS check would fail.
    if (context.settings.certificate === undefined) await check(context, address, changed);
  }
  const { stack, release } = context;
  if (options.json) {
    invocation.output.write(`${JSON.stringify({ stack, address, release: release?.hash })}\n`);
    return;
  }
  invocation.output.write(
    `${address}\n\nTo read the access token: aws secretsmanager get-secret-value --region ${stack.region} ` +
      `--secret-id ${nameOf(stack, 'secrets')} --query SecretString --output text | jq -r .token\n`,
  );
}

/** A test picture waits behind the queue, so it is sent only when this run has changed something. */
async function check(context: Context, address: string, changed: boolean): Promise<void> {
  if (!changed) return checkReady(address, context.clock);
  const { token } = await readSecrets(context);
  return checkUpload(address, token, context.clock);
}

async function becomesHealthy(context: Context, registration: Resource<Registration>): Promise<void> {
  let states = 'not registered';
  let hostId: string | undefined;
  await waitFor(context.clock, {
    poll: async () => {
      const { targets = [] } = (await registration.find()) ?? {};
      hostId = targets[0]?.id;
      states = targets.map(({ id, state }) => `${id} is ${state}`).join(', ');
      return targets.some(({ state }) => state === 'healthy') ? true : undefined;
    },
    what: () => `the host to pass the load balancer's health check: ${states}`,
    limitSeconds: HEALTH_LIMIT,
  }).catch(async (error: unknown) => {
    if (!isFault(error, 'timeout') || hostId === undefined) throw error;
    throw new ProvisionFault('timeout', `${error.message}\n${await diagnoseHost(context, hostId)}`, error);
  });
}
