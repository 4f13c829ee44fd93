import type { LatencySummary } from '../load/latencies.js';
import { type CatalogueReport, PER_SECOND } from './catalogue-suite.js';

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const latency = ({ p50, p99 }: LatencySummary): string => `${ms(p50)} / ${ms(p99)}`;
const count = (value: number): string => Math.round(value).toLocaleString('en');

/** The catalogue's part of the report as Markdown: a column for each size. */
export function catalogueLines(reports: readonly CatalogueReport[]): string[] {
  const row = (name: string, figure: (report: CatalogueReport) => string): string =>
    `| ${[name, ...reports.map(figure)].join(' | ')} |`;
  const names = reports[0]?.lanes.map(({ name }) => name) ?? [];
  return [
    '',
    '## Catalogue',
    '',
    `Milliseconds, median / 99th percentile, while ${PER_SECOND} pictures a second arrive. A page has 50 pictures.`,
    '',
    `| read | ${reports.map(({ rows }) => `${count(rows)} pictures`).join(' | ')} |`,
    `|---|${reports.map(() => '---|').join('')}`,
    ...names.map((name) =>
      row(name, ({ lanes }) => {
        const lane = lanes.find((each) => each.name === name);
        if (lane === undefined) return '–';
        return lane.ended > 0 ? `${latency(lane.latency)}, ${lane.ended} ended` : latency(lane.latency);
      }),
    ),
    row('longest insert during the migration', ({ migration }) => ms(migration.longestInsert)),
    row('migration', ({ migration }) => ms(migration.steps)),
    row('insert during the backfill', ({ migration }) => latency(migration.inserts)),
    row('backfill, s', ({ migration }) => migration.backfillSeconds.toFixed(0)),
    row('insert', ({ inserts }) => latency(inserts)),
    row('insert to `ready`', ({ wholes }) => latency(wholes)),
    row('event to each of 1,000 listeners', ({ platform }) => latency(platform.events)),
    row('run of the reconciler, s', ({ platform }) => platform.reconcileSeconds.toFixed(2)),
    row('delete, 8 in flight', ({ removal }) => latency(removal.latency)),
    row('deletes per second', ({ removal }) => count(removal.perSecond)),
    row('deletes of expired pictures per second', ({ removal }) => count(removal.expiredPerSecond)),
    ...reports.flatMap(({ rows, sizes, vacuum }) => [
      '',
      `Sizes with ${count(rows)} pictures, in MB: ${sizes.map(({ name, bytes }) => `\`${name}\` ${count(bytes / 1e6)}`).join(', ')}.`,
      '',
      `Autovacuum: ${vacuum.map(({ table, deadRows, runs, age }) => `\`${table}\` ${count(deadRows)} dead rows, ${runs} runs, age ${count(age)}`).join('; ')}.`,
    ]),
  ];
}
