import type { Invocation } from '../cli/invocation.js';
import { awsOptions, openStack } from '../cli/open-stack.js';
import type { Options } from '../cli/parse-options.js';
import { createProgress } from '../cli/progress.js';
import { ask } from '../cli/terminal.js';
import { inventory } from '../engine/inventory.js';
import { listResources } from '../engine/profile.js';
import type { Resource } from '../engine/resource.js';
import { ProvisionFault } from '../errors.js';
import { money, total } from '../prices/prices.js';
import { stackResources } from '../stack-resources.js';
import { receiptText } from './receipt-text.js';
import { teardown } from './teardown.js';

/** `npm run teardown`: shows what will be lost, asks for the stack's name, deletes the stack, and prints a receipt. */
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
    `Stack ${stack.name} in ${stack.region}, account ${stack.account}: ` +
      `${lossText(there, options.keepData ? [resources.bucket, resources.volume] : [])}\n`,
  );
  const answer = await ask(invocation, 'Type the stack name to delete it: ', invocation.signal);
  if (answer !== stack.name) throw new ProvisionFault('cancelled', 'Nothing was deleted.');
}

function lossText(there: readonly Resource[], kept: readonly Resource[]): string {
  const withData = there.filter((resource) => resource.data !== undefined);
  return [
    `${there.length} objects, ${money(total(there.map(({ costs }) => costs)))} a month.`,
    ...withData
      .filter((resource) => !kept.includes(resource))
      .map(({ name, data }) => `Permanently deleted with ${name}: ${data}.`),
    ...withData
      .filter((resource) => kept.includes(resource))
      .map(({ data }) => `Kept in the bucket: ${data}.`),
  ].join('\n');
}
