import type { Cost, Price } from '../engine/resource.js';
import table from './prices.json' with { type: 'json' };

// TypeScript types the texts of a JSON module as plain strings.
const items = table.items as Readonly<Record<string, Price>>;

/** The date, region and currency of the prices. */
export const PRICES_OF = { date: table.date, region: table.region, currency: table.currency };

/** AWS's own figure. */
export const HOURS_A_MONTH = table.hoursAMonth;

export interface Monthly {
  /** Dollars a month of 730 hours; undefined when the table lacks an item. */
  amount: number | undefined;
  /** False when one of its prices has no source. */
  certain: boolean;
}

/** The monthly cost, without traffic. */
export function monthly(costs: readonly Cost[]): Monthly {
  let amount: number | undefined = 0;
  let certain = true;
  for (const { item, quantity = 1 } of costs) {
    const found = typeof item === 'string' ? items[item] : item;
    if (found === undefined || amount === undefined) {
      amount = undefined;
      certain = false;
      continue;
    }
    amount += found.price * quantity * (found.per === 'hour' ? table.hoursAMonth : 1);
    certain &&= found.certain;
  }
  return { amount, certain };
}

/** Formats a monthly amount. `~` marks an amount with a price without a source. */
export function money({ amount, certain }: Monthly): string {
  if (amount === undefined) return 'unknown';
  if (amount === 0) return '';
  return `${certain ? '' : '~'}$${amount.toFixed(2)}`;
}

/** The sum of several monthly costs. A part without a price is left out and makes the sum uncertain. */
export function total(parts: readonly (readonly Cost[])[]): Monthly {
  const each = parts.map(monthly);
  return {
    amount: each.reduce((sum, { amount = 0 }) => sum + amount, 0),
    certain: each.every(({ certain }) => certain),
  };
}
