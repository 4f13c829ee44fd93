import { money } from '../prices/prices.js';
import type { Leftover } from '../resources/search.js';
import type { Kept } from './keep-data.js';
import type { Receipt } from './teardown.js';

/** Formats a receipt for a person. */
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
      ? `Nothing ${kept.length > 0 ? 'else ' : ''}is left.`
      : 'Not everything was deleted. Run the command again.',
  ].join('\n');
}

function priceOf({ monthly }: Leftover): string {
  return monthly.amount === 0 ? 'costs nothing' : `${money(monthly)} a month`;
}

function keptText({ kind, id, what, bytes, monthly }: Kept): string {
  const megabytes = (bytes / 1e6).toFixed(1);
  return `  kept      ${kind} ${id}: ${what}; ${megabytes} MB, ${money(monthly)} a month`;
}
