import type { ReadResult } from './read-load.js';
import { type CpuSeconds, MEASURED_SERVICES } from './stack.js';
import type { QueueDepth, UploadResult } from './upload-load.js';

/** CPU time of each service per request, in milliseconds; undefined when the platform runs outside Docker. */
export type Cost = CpuSeconds | undefined;

export interface ReadRow extends ReadResult {
  name: string;
  cost: Cost;
}

export interface UploadRow extends UploadResult {
  workers: number;
  cost: Cost;
}

export interface LoadReport {
  takenAt: string;
  machine: string;
  url: string;
  reads: ReadRow[];
  /** Requests per second for media, divided by those for static files of nginx. */
  mediaOfStatic: number | undefined;
  uploads: UploadRow[];
}

/** Milliseconds of CPU time per request. */
export function costOf(used: CpuSeconds | undefined, requests: number): Cost {
  if (used === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(used).map(([service, seconds]) => [service, (seconds * 1000) / Math.max(1, requests)]),
  );
}

const number = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
const failures = (errors: Record<string, number>): string =>
  Object.entries(errors)
    .map(([what, count]) => `${count} × ${what}`)
    .join(', ') || '0';
const latency = ({ p50, p95, p99, max }: ReadResult | UploadResult): string =>
  [p50, p95, p99, max].map(number).join(' · ');
const cost = (row: { cost: Cost }): string =>
  row.cost === undefined
    ? 'not measured'
    : MEASURED_SERVICES.filter((service) => (row.cost?.[service] ?? 0) >= 0.005)
        .map((service) => `${service} ${number(row.cost?.[service] ?? 0)}`)
        .join(' · ');

/** The report as Markdown. */
export function toMarkdown(report: LoadReport): string {
  const lines = [
    '# Load',
    '',
    `Taken ${report.takenAt} by \`npm run load\` against ${report.url}, on ${report.machine}: the platform and the load share the machine. Times are in milliseconds. The cost is CPU time per request.`,
    '',
  ];
  if (report.reads.length > 0) {
    lines.push(
      '## Reading',
      '',
      'Every connection stays open and sends its next request as soon as it has the answer.',
      '',
      '| what | connections | bytes | requests per second | p50 · p95 · p99 · max | errors | cost |',
      '|---|---|---|---|---|---|---|',
      ...report.reads.map(
        (row) =>
          `| ${row.name} | ${row.connections} | ${row.bytes} | **${number(row.perSecond)}** | ${latency(row)} | ${failures(row.errors)} | ${cost(row)} |`,
      ),
      '',
    );
  }
  if (report.mediaOfStatic !== undefined)
    lines.push(`Pictures reach **${number(report.mediaOfStatic)}** of the speed of static files.`, '');
  if (report.uploads.length > 0) {
    lines.push(
      '## Uploads',
      '',
      'Pictures of 12 megapixels from 16 concurrent clients, unless the command sets another number.',
      '',
      '| workers | uploads per second | ready per second | p50 · p95 · p99 · max | not ready | errors | cost |',
      '|---|---|---|---|---|---|---|',
      ...report.uploads.map(
        (row) =>
          `| ${row.workers} | **${number(row.uploadsPerSecond)}** | **${number(row.readyPerSecond)}** | ${latency(row)} | ${row.notReady} | ${failures(row.errors)} | ${cost(row)} |`,
      ),
      '',
      'Pictures in the queue over time, including those in progress. The WebP jobs of ready pictures run later and are not counted.',
      '',
      '![Pictures in the queue over time](queue-depth.svg)',
      '',
    );
  }
  return lines.join('\n');
}

const WIDTH = 760;
const HEIGHT = 320;
const PLOT = { left: 60, right: 20, top: 40, bottom: 40 };
const COLOURS = ['#2563eb', '#d97706', '#0891b2'];

/** Pictures in the queue over time, one line for each number of workers. */
export function toDepthSvg(rows: readonly { workers: number; depth: readonly QueueDepth[] }[]): string {
  const points = rows.flatMap(({ depth }) => depth);
  const lastSecond = Math.max(1, ...points.map(({ second }) => second));
  const most = Math.max(1, ...points.map(({ pictures }) => pictures));
  const x = (second: number): string =>
    (PLOT.left + (second / lastSecond) * (WIDTH - PLOT.left - PLOT.right)).toFixed(1);
  const y = (pictures: number): string =>
    (HEIGHT - PLOT.bottom - (pictures / most) * (HEIGHT - PLOT.top - PLOT.bottom)).toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(most * share)}" y2="${y(most * share)}" stroke="#e2e8f0"/>`,
    `<text x="${PLOT.left - 8}" y="${Number(y(most * share)) + 4}" text-anchor="end">${Math.round(most * share)}</text>`,
    `<text x="${x(lastSecond * share)}" y="${HEIGHT - PLOT.bottom + 18}" text-anchor="middle">${Math.round(lastSecond * share)} s</text>`,
  ]);
  const lines = rows.flatMap(({ workers, depth }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = depth.map(({ second, pictures }) => `${x(second)},${y(pictures)}`).join(' ');
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<rect x="${PLOT.left + index * 120}" y="14" width="12" height="12" fill="${colour}"/>`,
      `<text x="${PLOT.left + index * 120 + 18}" y="24">${workers} ${workers === 1 ? 'worker' : 'workers'}</text>`,
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#16202f"><rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>${grid.join('')}${lines.join('')}</svg>\n`;
}
