import type { DrillResult } from './run-drill.js';

export interface DrillReport {
  /** When the run began, in UTC. */
  takenAt: string;
  seed: number;
  /** Least number of pictures uploaded in each drill. */
  count: number;
  results: readonly DrillResult[];
  /** Drills that this machine cannot run, with the reason. */
  notRun: readonly { name: string; reason: string }[];
}

const COLUMNS = [
  'drill',
  'acknowledged',
  'finished',
  'deleted',
  'retried',
  'lost',
  'duplicated',
  'orphaned',
  'longest wait',
  'longest pause',
  'took',
];

/** Findings shown per drill; the JSON has them all. */
const SHOWN = 12;

/** The report for a person: a table, the injected faults and the findings. */
export function toText({ results, notRun, seed, count }: DrillReport): string {
  const rows = results.map((result) => [
    `${result.passed ? ' ' : '!'} ${result.name}`,
    `${result.answered}`,
    sum(result.ended),
    `${result.deleted}`,
    `${result.retries}`,
    `${result.lost}`,
    `${result.doubled}`,
    `${result.orphaned.objects} (${result.orphaned.bytes} B)`,
    `${result.longestWaitSeconds} s`,
    `${result.longestPauseSeconds} s`,
    `${result.seconds} s`,
  ]);
  const injected = results.map(({ name, happened }) => `${name}: ${counts(happened)}`);
  const retried = results.map(({ name, refusals }) => `${name}: ${counts(refusals)}`);
  const passed = results.filter((result) => result.passed).length;
  return [
    ...table([COLUMNS, ...rows]),
    '',
    'Injected faults:',
    ...injected,
    '',
    'Retried calls, by the reason:',
    ...retried,
    ...results.flatMap(faults),
    ...notRun.map(({ name, reason }) => `\nnot run: ${name}: ${reason}`),
    '',
    `${passed} drills passed, ${results.length - passed} failed (--seed ${seed} --count ${count})`,
    '',
  ].join('\n');
}

function faults({ name, findings }: DrillResult): string[] {
  if (findings.length === 0) return [];
  const more = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more`] : [];
  return ['', `${name} failed:`, ...findings.slice(0, SHOWN), ...more];
}

function sum(ended: Record<string, number>): string {
  const total = Object.values(ended).reduce((all, some) => all + some, 0);
  return `${total} (${counts(ended)})`;
}

function counts(of: Record<string, number>): string {
  return (
    Object.entries(of)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ') || 'none'
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
