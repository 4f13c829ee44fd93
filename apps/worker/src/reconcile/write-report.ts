import type { Report } from './reconciler.js';
import { type Action, ACTIONS } from './tally.js';

/** Names that are written of one action; the JSON has them all. */
const NAMES = 20;

/** What was done, or would be, to whom. */
export type Subjects = Map<Action, string[]>;

/** What a command has taken of memory. */
interface Memory {
  beforeBytes: number;
  peakBytes: number;
}

export function jsonReport(
  report: Report & { memory: Memory },
  subjects: Subjects,
  isRehearsal: boolean,
): string {
  return JSON.stringify({ dryRun: isRehearsal, ...report, done: Object.fromEntries(subjects) }, null, 2);
}

/** The same in words, a line each. */
export function textReport(
  { brokenOff, milliseconds }: Report,
  subjects: Subjects,
  isRehearsal: boolean,
): string[] {
  const lines = [...subjects].flatMap(([action, names]) => [
    `${names.length} ${ACTIONS[action]}${isRehearsal ? ' (not done)' : ''}`,
    ...names.slice(0, NAMES).map((name) => `  ${name}`),
    ...(names.length > NAMES ? [`  … and ${names.length - NAMES} more`] : []),
  ]);
  if (lines.length === 0 && brokenOff.length === 0)
    lines.push('Catalogue, queue and storage agree: nothing to do.');
  for (const step of brokenOff) lines.push(`Could not look at: ${step}; the log says why.`);
  return [...lines, `${isRehearsal ? 'Looked' : 'Reconciled'} in ${(milliseconds / 1000).toFixed(1)} s.`];
}
