import type { Report } from './reconciler.js';
import { type Action, ACTIONS } from './tally.js';

/** Subjects listed for one action in the text; the JSON has them all. */
const MAX_LISTED = 20;

/** The pictures or objects of each action. */
export type Subjects = Map<Action, string[]>;

/** Memory that the command used. */
interface Memory {
  beforeBytes: number;
  peakBytes: number;
}

export function formatJsonReport(
  report: Report & { memory: Memory },
  subjects: Subjects,
  isDryRun: boolean,
): string {
  return JSON.stringify({ dryRun: isDryRun, ...report, done: Object.fromEntries(subjects) }, null, 2);
}

/** The report as text, one line per entry. */
export function formatTextReport(
  { brokenOff, milliseconds }: Report,
  subjects: Subjects,
  isDryRun: boolean,
): string[] {
  const lines = [...subjects].flatMap(([action, names]) => [
    `${ACTIONS[action]}: ${names.length}${isDryRun ? ' (not done)' : ''}`,
    ...names.slice(0, MAX_LISTED).map((name) => `  ${name}`),
    ...(names.length > MAX_LISTED ? [`  … and ${names.length - MAX_LISTED} more`] : []),
  ]);
  if (lines.length === 0 && brokenOff.length === 0)
    lines.push('Catalogue, queue and storage agree: nothing to do.');
  for (const step of brokenOff) lines.push(`Could not check: ${step}. The log has the cause.`);
  const seconds = (milliseconds / 1000).toFixed(1);
  return [
    ...lines,
    isDryRun ? `Dry run in ${seconds} s: nothing was changed.` : `Reconciled in ${seconds} s.`,
  ];
}
