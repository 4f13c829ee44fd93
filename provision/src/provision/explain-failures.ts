import { isDenied } from '../aws/aws-errors.js';
import { explain } from '../cli/explain.js';
import type { Outcome } from '../engine/graph.js';
import type { Resource } from '../engine/resource.js';
import { HOURS_A_MONTH, total } from '../prices/prices.js';
import type { Stack } from '../stack.js';

/**
 * Explains failures with AWS's message and the probable cause. Failures with the same reason share a line, and missing
 * permissions are listed together.
 */
export function explainFailures(outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  const byReason = Map.groupBy(failed, ({ error }) => explain(error));
  const lines = [...byReason].map(
    ([reason, those]) => `✗ ${those.map(({ resource }) => nameOf(resource)).join(', ')}: ${reason}`,
  );
  const skipped = outcomes.filter(({ state }) => state === 'skipped').map(({ resource }) => resource.name);
  const missing = new Set(failed.flatMap(({ error }) => missingPermission(error) ?? []));
  return [
    ...lines,
    ...(missing.size === 0 ? [] : [`Missing permissions: ${[...missing].toSorted().join(', ')}.`]),
    ...(skipped.length === 0
      ? []
      : [`Not tried, because something they need failed or the run was stopped: ${skipped.join(', ')}.`]),
  ];
}

const nameOf = ({ kind, name }: Resource) => `${kind} ${name}`;

/** Lists what a failed run leaves behind, what that costs, and how to continue or delete it. */
export function explainRemains({ name, region }: Stack, resources: readonly Resource[]): string[] {
  const there = resources.filter(({ seen, isPart }) => seen !== undefined && isPart !== true);
  const { amount = 0, certain } = total(there.map(({ costs }) => costs));
  const hourly = { amount: amount / HOURS_A_MONTH, certain };
  const at = `--stack ${name} --region ${region}`;
  if (there.length === 0) return ['Nothing exists. Run the same command again.'];
  return [
    `${there.length} objects exist and cost ${priceAnHour(hourly)}: ${there.map(nameOf).join(', ')}.`,
    `Run the same command again to continue, or run \`npm run teardown -- ${at}\` to delete them.`,
  ];
}

function priceAnHour({ amount, certain }: { amount: number; certain: boolean }): string {
  return amount === 0 ? 'nothing' : `${certain ? '' : '~'}$${amount.toFixed(3)} an hour`;
}

/** The action that was refused, as IAM writes it. */
function missingPermission(error: unknown): string | undefined {
  if (!isDenied(error) || !(error instanceof Error)) return undefined;
  return /not authorized to perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
}
