import type { Cost, Price } from '../engine/resource.js';
import table from './prices.json' with { type: 'json' };

// JSON modules type a text as any text.
const items = table.items as Readonly<Record<string, Price>>;

/** The day and the region of the prices. */
export const PRICES_OF = { date: table.date, region: table.region, currency: table.currency };

/** As AWS counts. */
export const HOURS_A_MONTH = table.hoursAMonth;

export interface Monthly {
  /** Dollars a month of 730 hours; undefined when the table lacks an item. */
  amount: number | undefined;
  /** False when a part of it has no source. */
  certain: boolean;
}

/** What something costs a month, without traffic. */
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

/** A sum of dollars a month, as a person reads it: `~` marks what has no source. */
export function money({ amount, certain }: Monthly): string {
  if (amount === undefined) return 'unknown';
  if (amount === 0) return '';
  return `${certain ? '' : '~'}$${amount.toFixed(2)}`;
}

/** What several cost together; what has no price in the table is left out and makes the sum uncertain. */
export function total(parts: readonly (readonly Cost[])[]): Monthly {
  const each = parts.map(monthly);
  return {
    amount: each.reduce((sum, { amount = 0 }) => sum + amount, 0),
    certain: each.every(({ certain }) => certain),
  };
}
