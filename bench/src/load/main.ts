import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
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
import { readOptions, refuseOption } from '../read-options.js';

const HELP = `npm run load -- [options]      measures a running platform under load

  --url URL           address of the platform; default: http://127.0.0.1:8080
  --token TOKEN       access token, for a platform in token mode; default: none
  --only PART         listing, media or uploads; default: all
  --connections N     open connections while reading; default: 1,500
  --seconds N         length of each read measurement; default: 15
  --clients N         concurrent uploads; default: 16
  --upload-seconds N  length of each upload measurement; default: 60
  --scale N           repeat the uploads with N workers; default: 3; 1 skips this
  --project NAME      Compose project, to measure CPU time and to scale; default: darkroom
  --json FILE         also write a machine-readable report
  --write             write the report and the chart to docs/benchmarks/
  --help              print this help

Start the platform without a limit on uploads: DARKROOM_UPLOADS_PER_MINUTE=0 docker compose up
The command deletes the pictures that it uploaded. It exits with 1 when a request failed.
`;

const values = readOptions(
  {
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
  },
  HELP,
);

const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
/** Number of pictures on the first page. */
const PAGE = 50;
const FILES_PER_CALL = 10;

function wholeNumber(
  name: 'connections' | 'seconds' | 'clients' | 'upload-seconds' | 'scale',
  most: number,
): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  return refuseOption(
    `--${name}: expected a whole number from 1 to ${most.toLocaleString('en')}, got "${values[name]}".`,
    HELP,
  );
}

/** Fills the first page with pictures and waits for their variants. @returns ids of the uploaded pictures */
async function fillPage(client: PlatformClient): Promise<string[]> {
  const ids: string[] = [];
  const missing = PAGE - (await client.page()).items.length;
  if (missing > 0) onProgress(`uploading ${missing} pictures for the listing`);
  const picture = new Uint8Array(await drawJpeg({ width: 1700, height: 1200 }));
  for (let left = missing; left > 0; left -= FILES_PER_CALL)
    ids.push(...(await client.upload(picture, Math.min(left, FILES_PER_CALL))));
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
  process.stderr.write(`--only: expected listing, media or uploads, got "${values.only}".\n\n${HELP}`);
  process.exitCode = 2;
} else await load();
