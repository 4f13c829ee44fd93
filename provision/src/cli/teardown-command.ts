import { inventory } from '../commands/inventory.js';
import type { Kept } from '../commands/keep-data.js';
import { teardown, type Receipt } from '../commands/teardown.js';
import { listResources } from '../engine/profile.js';
import type { Resource } from '../engine/resource.js';
import { ProvisionFault } from '../errors.js';
import { money, total } from '../prices/prices.js';
import type { Leftover } from '../resources/search.js';
import { stackResources } from '../stack-resources.js';
import type { Invocation } from './invocation.js';
import { awsOptions, openStack } from './open-stack.js';
import type { Options } from './parse-options.js';
import { createProgress } from './progress.js';
import { ask } from './terminal.js';

/** `npm run teardown`: says what will be lost, asks for the stack's name, deletes everything, and gives a receipt. */
export async function teardownCommand(invocation: Invocation, options: Options): Promise<number> {
  if (!options.yes) await confirm(invocation, options);
  const { signal } = invocation;
  const progress = createProgress(invocation);
  const receipt = await teardown({
    ...(await awsOptions(invocation, options)),
    stack: options.stack,
    breakLock: options.breakLock,
    keepData: options.keepData,
    report: progress.report,
    ended: progress.end,
    signal,
  });
  invocation.output.write(options.json ? `${JSON.stringify(receipt)}\n` : `${receiptText(receipt)}\n`);
  return receipt.complete ? 0 : 1;
}

async function confirm(invocation: Invocation, options: Options): Promise<void> {
  const { context } = await openStack(invocation, options);
  const resources = stackResources(context);
  const there = await inventory(listResources(resources));
  if (there.length === 0) return;
  const { stack } = context;
  invocation.errors.write(
    `${lossText(there, options.keepData ? [resources.bucket, resources.volume] : [])}\n`,
  );
  const answer = await ask(
    invocation,
    `Delete stack ${stack.name} from ${stack.region}, account ${stack.account}? Its name says yes: `,
    invocation.signal,
  );
  if (answer !== stack.name) throw new ProvisionFault('cancelled', 'Nothing was deleted.');
}

function lossText(there: readonly Resource[], kept: readonly Resource[]): string {
  const data = there.filter((resource) => resource.data !== undefined);
  return [
    `${there.length} objects, ${money(total(there.map(({ costs }) => costs)))} a month.`,
    ...data
      .filter((resource) => !kept.includes(resource))
      .map(({ name, data: words }) => `Lost for good with ${name}: ${words}.`),
    ...data
      .filter((resource) => kept.includes(resource))
      .map(({ data: words }) => `Kept in the bucket: ${words}.`),
  ].join('\n');
}

/** A receipt as a person reads it. */
export function receiptText(receipt: Receipt): string {
  const { stack, region, account, deleted, foreign, failed, kept, left, complete } = receipt;
  return [
    `Receipt: stack ${stack} in ${region}, account ${account}`,
    ...deleted.map(({ kind, id }) => `  deleted   ${kind} ${id}`),
    ...foreign.map(({ id, reason }) => `  not ours  ${id}: ${reason}`),
    ...failed.map(({ id, reason }) => `  failed    ${id}: ${reason}`),
    ...kept.map(keptText),
    ...left.map((one) => `  left      ${one.kind} ${one.id}: ${priceOf(one)}`),
    complete
      ? `A search by tag and by name found nothing ${kept.length > 0 ? 'else' : 'that is left'}.`
      : 'Not everything is gone: run it again.',
  ].join('\n');
}

function priceOf({ monthly }: Leftover): string {
  return monthly.amount === 0 ? 'costs nothing' : `${money(monthly)} a month`;
}

function keptText({ kind, id, what, bytes, monthly }: Kept): string {
  const megabytes = (bytes / 1e6).toFixed(1);
  return `  kept      ${kind} ${id}: ${what}; ${megabytes} MB, ${money(monthly)} a month`;
}
