import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import sharp from 'sharp';
import { catalogueLines } from './catalogue/catalogue-report.js';
import type { CatalogueReport } from './catalogue/catalogue-suite.js';
import type { ControlRow } from './control/control-suite.js';
import { MEASURED_PROCESSES } from './cpu-of-processes.js';
import type { EngineRow } from './engine-suite.js';
import { laptopLines } from './laptop-report.js';
import type { LaptopReport } from './laptop-suite.js';
import type { MemoryReport } from './memory-suite.js';
import type { PeerRow } from './peers.js';
import type { PipelineRow } from './pipeline-suite.js';
import type { ReadyRow } from './ready-suite.js';
import type { ReconcileReport } from './reconcile-suite.js';
import type { Spread } from './statistics.js';

export interface Report {
  takenAt: string;
  machine: string;
  engine: EngineRow[];
  pipeline: (PipelineRow & { pipelineOfEngine: number })[];
  ready: ReadyRow[];
  memory: MemoryReport | null;
  reconcile: ReconcileReport | null;
  catalogue: CatalogueReport[];
  control: ControlRow[];
  laptop: LaptopReport | null;
  peers: PeerRow[];
}

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores of ${model}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.versions.node}, sharp ${sharp.versions.sharp ?? ''}, libvips ${sharp.versions.vips}`;
}

const number = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const range = (spread: Spread | null): string =>
  spread === null ? '–' : `${number(spread.median)} (${number(spread.min)}–${number(spread.max)})`;
const cpuText = (cpu: PipelineRow['cpu']): string =>
  cpu === null ? '–' : MEASURED_PROCESSES.map((name) => `${name} ${number(cpu[name])}`).join(' · ');
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** The report as Markdown. Every figure is the median of its rounds, with minimum and maximum. */
export function toMarkdown(report: Report): string {
  const lines = [
    '# Benchmark',
    '',
    `Taken ${report.takenAt} by \`npm run bench\` on ${report.machine}. Each figure is the median of the rounds, with minimum and maximum in brackets. The lanes alternate within each round, and each ratio compares lanes of the same round.`,
    '',
  ];
  if (report.engine.length > 0) lines.push(...engineLines(report.engine));
  if (report.pipeline.length > 0) {
    lines.push(
      '',
      '## Pipeline',
      '',
      'From the HTTP upload to `ready`, with api, catalogue, queue, worker and storage on the same machine.',
      '',
    );
    lines.push(
      '| picture | pictures per second | ÷ engine | CPU ms per picture, all formats |',
      '|---|---|---|---|',
    );
    lines.push(
      ...report.pipeline.map(
        (row) =>
          `| ${row.picture} | ${range(row.pipeline)} | **${number(row.pipelineOfEngine)}** | ${cpuText(row.cpu)} |`,
      ),
    );
  }
  if (report.ready.length > 0) lines.push(...readyLines(report.ready));
  if (report.memory !== null) lines.push(...memoryLines(report.memory));
  if (report.reconcile !== null) lines.push(...reconcileLines(report.reconcile));
  if (report.catalogue.length > 0) lines.push(...catalogueLines(report.catalogue));
  if (report.control.length > 0) lines.push(...controlLines(report.control));
  if (report.laptop !== null) lines.push(...laptopLines(report.laptop));
  if (report.peers.length > 0) lines.push(...peerLines(report.peers));
  lines.push(
    '',
    '![Pictures per second](engine.svg)',
    '',
    '[targets.md](targets.md) lists the targets, where the time goes, and what was tried.',
    '',
  );
  return lines.join('\n');
}

function readyLines(rows: readonly ReadyRow[]): string[] {
  return [
    '',
    '## Time to ready',
    '',
    'Milliseconds from the first byte of the upload to `ready`, and the ratio to a platform that makes only JPEGs. *Alone*: the picture arrives while nothing else is there. *Streamed*: a picture arrives every 150 ms.',
    '',
    '| picture | formats | alone | ÷ jpeg | streamed | ÷ jpeg |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ picture, formats, alone, aloneOfJpeg, streamed, streamedOfJpeg }) =>
        `| ${picture} | ${formats} | ${range(alone)} | **${range(aloneOfJpeg)}** | ${range(streamed)} | **${range(streamedOfJpeg)}** |`,
    ),
  ];
}

function controlLines(rows: readonly ControlRow[]): string[] {
  return [
    '',
    '## Coordination',
    '',
    'Pictures of 20 kB from the HTTP upload to `ready`, with workers whose decoders do nothing: the platform’s own work. One PostgreSQL, one Redis, and all processes and the client on the same cores.',
    '',
    '| apis and workers, of each | pictures per second |',
    '|---|---|',
    ...rows.map(({ processes, rate }) => `| ${processes} | ${range(rate)} |`),
  ];
}

function peerLines(rows: readonly PeerRow[]): string[] {
  const names = rows[0]?.peers.map(({ peer }) => peer) ?? [];
  return [
    '',
    '## Peers',
    '',
    'The same four JPEGs of the same picture, at quality 80, in pictures per second. Darkroom’s figure is the whole way from the HTTP upload to `ready`; a peer’s is its requests alone, for a file that is already on its disk.',
    '',
    `| picture | Darkroom |${names.map((name) => ` ${name} | Darkroom ÷ ${name} |`).join('')}`,
    `|---|---|${names.map(() => '---|---|').join('')}`,
    ...rows.map(
      ({ picture, pipeline, peers }) =>
        `| ${picture} | ${range(pipeline)} |${peers.map(({ rate, pipelineOfPeer }) => ` ${range(rate)} | **${range(pipelineOfPeer)}** |`).join('')}`,
    ),
  ];
}

function engineLines(rows: readonly EngineRow[]): string[] {
  return [
    '## Engine',
    '',
    'Pictures per second, with four variants in each format and four pictures in flight. *Limit*: only the codecs and the resizer, on one core, times the number of cores. *Together*: the same on all cores at once, which share memory and cache. *Plain*: every variant from the file with sharp’s defaults. *Isolation*: the engine in its child processes. The formats of a row come from one decode; *later*: the engine decodes the picture again for each further format, as after a backlog. Sharp cannot decode HEIC, so HEIC has no limit and no plain lane.',
    '',
    '| picture | formats | limit | together | engine | isolation | plain | engine ÷ limit | engine ÷ together | engine ÷ plain | isolation ÷ engine |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.picture} | ${row.formats} | ${range(row.limit)} | ${range(row.limitTogether)} | ${range(row.engine)} | ${range(row.isolation)} | ${range(row.plain)} | **${range(row.engineOfLimit)}** | **${range(row.engineOfLimitTogether)}** | **${range(row.engineOfPlain)}** | **${range(row.isolationOfEngine)}** |`,
    ),
    '',
  ];
}

function memoryLines({ picture, pictures, peakBytes, tenths }: MemoryReport): string[] {
  return [
    '',
    '## Memory',
    '',
    `The worker and its decoders while ${pictures} pictures (${picture}) go through the whole platform, eight in flight at a time. Memory is the proportional share, so pages that processes share count once. Peak: **${megabytes(peakBytes)} MB**.`,
    '',
    '| tenth of the run | MB, median (min–max) |',
    '|---|---|',
    ...tenths.map(
      ({ median, min, max }, index) =>
        `| ${index + 1} | ${megabytes(median)} (${megabytes(min)}–${megabytes(max)}) |`,
    ),
  ];
}

function reconcileLines({ rows, seconds, growthBytes, peakBytes }: ReconcileReport): string[] {
  const inMegabytes = ({ median, min, max }: Spread): string =>
    `${megabytes(median)} (${megabytes(min)}–${megabytes(max)})`;
  return [
    '',
    '## Reconciler',
    '',
    `A run over a catalogue of ${rows.toLocaleString('en')} images with nothing to do, in a separate process. It asks the indexes for changes and lists no objects.`,
    '',
    '| seconds | MB for the run | peak MB of the process |',
    '|---|---|---|',
    `| **${range(seconds)}** | **${inMegabytes(growthBytes)}** | ${inMegabytes(peakBytes)} |`,
  ];
}

const BAR = 14;
const LEFT = 190;
const WIDTH = 760;

/** A bar chart of the JPEG rows. */
export function toSvg(report: Report): string {
  const rows = report.engine.filter((row) => row.formats === 'jpeg' && row.limit !== null);
  const most = Math.max(1, ...rows.map((row) => row.limit?.median ?? 0));
  const scale = (WIDTH - LEFT - 60) / most;
  const lanes = [
    ['limit', '#cbd5e1'],
    ['engine', '#2563eb'],
    ['isolation', '#0891b2'],
    ['plain', '#94a3b8'],
  ] as const;
  const block = lanes.length * (BAR + 2) + 18;
  const height = rows.length * block + 60;
  const bars = rows.flatMap((row, index) => {
    const top = 50 + index * block;
    return [
      `<text x="${LEFT - 10}" y="${top + 2 * BAR + 6}" text-anchor="end">${row.picture}</text>`,
      ...lanes.flatMap(([lane, colour], at) => {
        const y = top + at * (BAR + 2);
        const width = Math.max(1, (row[lane]?.median ?? 0) * scale);
        return [
          `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
          `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 11}">${number(row[lane]?.median ?? 0)}</text>`,
        ];
      }),
    ];
  });
  const legend = lanes.map(
    ([lane, colour], at) =>
      `<rect x="${LEFT + at * 110}" y="16" width="12" height="12" fill="${colour}"/><text x="${LEFT + at * 110 + 18}" y="26">${lane}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#16202f"><rect width="${WIDTH}" height="${height}" fill="#ffffff"/>${legend.join('')}${bars.join('')}</svg>\n`;
}
