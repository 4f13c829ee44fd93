import type { Action, PlanRow } from '../engine/plan.js';
import { PRICES_OF, money, monthly, total, type Monthly } from '../prices/prices.js';
import { LOAD_BALANCER_KEY } from '../resources/load-balancer/load-balancer.js';
import type { Stack } from '../stack.js';

const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  change: '~',
  replace: '±',
  delete: '-',
  same: '=',
};

/** Formats a plan for a person. */
export function planText(stack: Stack, rows: readonly PlanRow[]): string {
  const wide = Math.max(...rows.map(({ kind }) => kind.length));
  const lines = rows.flatMap((row) => [
    `${SIGNS[row.action]} ${row.kind.padEnd(wide)}  ${(row.now ?? row.name).padEnd(48)} ${money(monthly(row.costs)).padStart(9)}`,
    ...row.changes.map(({ field, from, to }) => `    ${field}: ${from} → ${to}`),
  ]);
  return [
    `Stack ${stack.name} in ${stack.region}, account ${stack.account}`,
    '',
    ...lines,
    '',
    summary(rows),
    ...priceLines(rows),
  ].join('\n');
}

function summary(rows: readonly PlanRow[]): string {
  const count = (action: Action) => rows.filter((row) => row.action === action).length;
  return (
    `${count('create')} to create, ${count('change')} to change, ${count('replace')} to replace, ` +
    `${count('delete')} to delete, ${count('same')} up to date.`
  );
}

function priceLines(rows: readonly PlanRow[]): string[] {
  const kept = rows.filter(({ action }) => action !== 'delete');
  return [
    `Total: ${money(total(kept.map(({ costs }) => costs)))} a month (${money(withoutBalancer(kept))} without the load balancer). Traffic and surplus CPU credits are extra.`,
    `Prices are for ${PRICES_OF.region} as of ${PRICES_OF.date}; ~ marks a price without a published source.`,
  ];
}

/** The price of everything but the load balancer. */
function withoutBalancer(rows: readonly PlanRow[]): Monthly {
  return total(rows.filter(({ key }) => key !== LOAD_BALANCER_KEY).map(({ costs }) => costs));
}

/** Formats a plan for a program. */
export function planJson(stack: Stack, rows: readonly PlanRow[]) {
  const kept = rows.filter(({ action }) => action !== 'delete');
  return {
    stack,
    prices: PRICES_OF,
    monthly: total(kept.map(({ costs }) => costs)),
    monthlyWithoutLoadBalancer: withoutBalancer(kept),
    rows: rows.map(({ costs, ...row }) => ({ ...row, monthly: monthly(costs) })),
  };
}
