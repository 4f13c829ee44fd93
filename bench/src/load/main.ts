import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drawJpeg } from '@darkroom/testing';
import {
  costOf,
  type LoadReport,
  type ReadRow,
  toDepthSvg,
  toMarkdown,
  type UploadRow,
} from './load-report.js';
import { PlatformClient } from './platform-client.js';
import { listingRows, mediaRows, type ReadSuite } from './read-suite.js';
import { difference, Stack } from './stack.js';
import { uploadLoad } from './upload-load.js';

const HELP = `npm run load -- [--url URL] [options]      against a platform that is running

  --url             where it answers, http://127.0.0.1:8080 by default
  --token           of a platform in token mode
  --only            listing, media or uploads; all of them by default
  --connections     open at once while reading, 1500 by default
  --seconds         of each reading, 15 by default
  --clients         uploading at once, 16 by default
  --upload-seconds  60 by default
  --scale           also with so many workers, 3 by default; 1 leaves that out
  --project         of Compose, for the cost of each service and for --scale; darkroom by default
  --json            writes the report for machines to FILE
  --write           writes the report and the chart to docs/benchmarks/

The platform must not limit uploads: DARKROOM_UPLOADS_PER_MINUTE=0 docker compose up
The pictures that it uploads it deletes in the end. It ends with 1 when any request failed.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    token: { type: 'string' },
    only: { type: 'string' },
    connections: { type: 'string', default: '1500' },
    seconds: { type: 'string', default: '15' },
    clients: { type: 'string', default: '16' },
    'upload-seconds': { type: 'string', default: '60' },
    scale: { type: 'string', default: '3' },
    project: { type: 'string', default: 'darkroom' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
/** Pictures that fill the first page. */
const PAGE = 50;
const FILES_A_CALL = 10;

function wholeNumber(
  name: 'connections' | 'seconds' | 'clients' | 'upload-seconds' | 'scale',
  most: number,
): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} takes a whole number from 1 to ${most}`);
}

/** Fills the first page with pictures that are made in all their variants. @returns ids of those it uploaded */
async function fillPage(client: PlatformClient): Promise<string[]> {
  const ids: string[] = [];
  const missing = PAGE - (await client.page()).items.length;
  if (missing > 0) onProgress(`uploading ${missing} pictures for the listing`);
  const picture = new Uint8Array(await drawJpeg({ width: 1700, height: 1200 }));
  for (let left = missing; left > 0; left -= FILES_A_CALL)
    ids.push(...(await client.upload(picture, Math.min(left, FILES_A_CALL))));
  while ((await client.page()).items.some(({ variants, error }) => error === null && variants.length < 8))
    await pause(500);
  return ids;
}

async function measureUploads(client: PlatformClient, stack: Stack | undefined): Promise<UploadRow> {
  const clients = wholeNumber('clients', 1_000);
  const seconds = wholeNumber('upload-seconds', 3_600);
  const workers = (await stack?.workers()) ?? (await client.operations()).workers.length;
  onProgress(`uploads: ${clients} clients, ${seconds} s, ${workers} worker(s)`);
  const picture = new Uint8Array(await drawJpeg({ width: 4000, height: 3000, quality: 88 }));
  const before = await stack?.cpuSeconds();
  const result = await uploadLoad({ client, picture, clients, seconds });
  const after = await stack?.cpuSeconds();
  const used = before && after ? difference(before, after) : undefined;
  for (const id of result.ids) await client.delete(id);
  return { workers, ...result, cost: costOf(used, result.uploads) };
}

async function uploadRows(client: PlatformClient, stack: Stack | undefined): Promise<UploadRow[]> {
  const rows = [await measureUploads(client, stack)];
  const scale = wholeNumber('scale', 32);
  if (stack === undefined || scale === 1) return rows;
  const before = await stack.workers();
  await stack.scaleWorkers(scale);
  try {
    rows.push(await measureUploads(client, stack));
  } finally {
    await stack.scaleWorkers(before);
  }
  return rows;
}

async function measureAll(): Promise<LoadReport> {
  const client = new PlatformClient(new URL(values.url), values.token);
  const stack = await Stack.find(values.project);
  const wants = (part: string): boolean => values.only === undefined || values.only === part;
  const suite: ReadSuite = {
    client,
    stack,
    connections: wholeNumber('connections', 20_000),
    seconds: wholeNumber('seconds', 600),
    onProgress,
  };
  const reads: ReadRow[] = [];
  let mediaOfStatic: number | undefined;
  const filled = wants('listing') || wants('media') ? await fillPage(client) : [];
  if (wants('listing')) reads.push(...(await listingRows(suite)));
  if (wants('media')) {
    const rows = await mediaRows(suite);
    reads.push(...rows);
    const [file, picture] = rows;
    if (file !== undefined && picture !== undefined) mediaOfStatic = picture.perSecond / file.perSecond;
  }
  for (const id of filled) await client.delete(id);
  const uploads = wants('uploads') ? await uploadRows(client, stack) : [];
  return {
    takenAt: new Date().toISOString().slice(0, 10),
    machine: machine(),
    url: values.url,
    reads,
    mediaOfStatic,
    uploads,
  };
}

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${platform()} ${arch()}`;
}

async function load(): Promise<void> {
  const report = await measureAll();
  const markdown = toMarkdown(report);
  process.stdout.write(markdown);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.write) {
    const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));
    await writeFile(`${folder}load.md`, markdown);
    if (report.uploads.length > 0) await writeFile(`${folder}queue-depth.svg`, toDepthSvg(report.uploads));
  }
  const failed = [...report.reads, ...report.uploads].some(({ errors }) => Object.keys(errors).length > 0);
  if (failed || report.uploads.some(({ notReady }) => notReady > 0)) process.exitCode = 1;
}

if (values.help) process.stdout.write(HELP);
else if (values.only !== undefined && !['listing', 'media', 'uploads'].includes(values.only)) {
  process.stderr.write(`--only takes listing, media or uploads\n\n${HELP}`);
  process.exitCode = 2;
} else await load();
