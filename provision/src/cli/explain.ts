import { isAwsError, isDenied, probableCause } from '../aws/aws-errors.js';
import type { Outcome } from '../engine/graph.js';
import { ProvisionFault } from '../errors.js';

/** Says what went wrong with each, in AWS's words, and the probable cause; permissions that are missing come together. */
export function explainFailures(outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  const lines = failed.map(({ resource, error }) => `✗ ${resource.kind} ${resource.name}: ${explain(error)}`);
  const skipped = outcomes.filter(({ state }) => state === 'skipped').map(({ resource }) => resource.name);
  const missing = new Set(failed.flatMap(({ error }) => missingPermission(error) ?? []));
  return [
    ...lines,
    ...(missing.size === 0
      ? []
      : [`Permissions that these credentials lack: ${[...missing].toSorted().join(', ')}.`]),
    ...(skipped.length === 0 ? [] : [`Not tried, because they need what failed: ${skipped.join(', ')}.`]),
  ];
}

/** One failure in a few sentences. */
export function explain(error: unknown): string {
  if (error instanceof ProvisionFault) return error.message;
  if (!(error instanceof Error)) return String(error);
  const words = isAwsError(error) ? `AWS says ${error.name}: ${error.message}` : error.message;
  const cause = probableCause(error);
  return cause === undefined ? words : `${words}\n  ${cause}`;
}

/** The action that was refused, as IAM writes it. */
function missingPermission(error: unknown): string | undefined {
  if (!isDenied(error) || !(error instanceof Error)) return undefined;
  return /not authorized to perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
}
