import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Image } from '@darkroom/contracts';
import { findChromium } from '@darkroom/testing';
import { chromium } from 'playwright-core';
import { Client, type NamedFile } from '../testing/client.js';
import { drawFiles, writeFiles } from './draw-files.js';
import { uploadAsClients } from './upload-as-client.js';
import { uploadInBrowser } from './upload-in-browser.js';

const HELP = `npm run many-uploads -- [options]   uploads many pictures to a running platform, by the gallery in a
                                    browser and by several clients, and checks that all arrive once

  --url URL       address of the platform; default: http://127.0.0.1:8080
  --token TOKEN   access token, for a platform in token mode; default: none
  --pictures N    pictures for each of the two; default: 2000
  --clients N     clients at once; default: 16
  --width N       pixels; default: 1600
  --help          print this help

It needs Chromium on the PATH. The pictures stay in the platform. It exits with 1 when a picture is lost, or when an
answer was 429 for another reason than waiting work.
`;

/** Milliseconds for one of the two, until all pictures are at rest. */
const LIMIT = 3_600_000;
const POLL_MS = 2_000;

interface Outcome {
  what: string;
  pictures: number;
  uploadSeconds: number;
  restSeconds: number;
  answers: Readonly<Record<string, number>>;
  lost: number;
  twice: number;
  failed: number;
}

const values = readOptions();
const client = new Client(values.url, values.token);
const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1000);

function readOptions() {
  try {
    return parseArgs({
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:8080' },
        token: { type: 'string' },
        pictures: { type: 'string', default: '2000' },
        clients: { type: 'string', default: '16' },
        width: { type: 'string', default: '1600' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return process.exit(2);
  }
}

/** Uploads by a browser. @returns the answers by status and code */
async function byBrowser(files: readonly NamedFile[]): Promise<Readonly<Record<string, number>>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-many-'));
  const { service } = await findChromium();
  const browser = await chromium.launch({ executablePath: service.executable, args: ['--disable-gpu'] });
  try {
    const context = await browser.newContext({ baseURL: values.url });
    if (values.token !== undefined)
      await context.request.post('/api/session', { data: { token: values.token } });
    const page = await context.newPage();
    await page.goto('/');
    const { answers } = await uploadInBrowser(page, await writeFiles(folder, files), LIMIT);
    return answers;
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function byClients(files: readonly NamedFile[]): Promise<Readonly<Record<string, number>>> {
  const { images, refusals } = await uploadAsClients(client, files, Number(values.clients));
  const answers: Record<string, number> = { '202': images.length };
  for (const [code, count] of Object.entries(refusals)) answers[`429 ${code}`] = count;
  return answers;
}

/** Waits until no picture of a run is queued or being processed. */
async function atRest(prefix: string, began: number): Promise<Image[]> {
  for (;;) {
    const images = (await client.all()).filter(({ filename }) => filename.startsWith(prefix));
    const isOver = performance.now() - began > LIMIT;
    if (isOver || images.every(({ status }) => status !== 'queued' && status !== 'processing')) return images;
    await pause(POLL_MS);
  }
}

async function measure(
  what: string,
  upload: (files: readonly NamedFile[]) => Promise<Readonly<Record<string, number>>>,
): Promise<Outcome> {
  // A new name for each run: a key of an earlier one would return its picture.
  const prefix = `${what.replaceAll(' ', '-')}-${Date.now().toString(36)}`;
  const files = await drawFiles(Number(values.pictures), Number(values.width), prefix);
  const began = performance.now();
  const answers = await upload(files);
  const uploadSeconds = secondsSince(began);
  const images = await atRest(prefix, began);
  const names = new Set(images.map(({ filename }) => filename));
  return {
    what,
    pictures: files.length,
    uploadSeconds,
    restSeconds: secondsSince(began),
    answers,
    lost: files.filter(({ name }) => !names.has(name)).length,
    twice: images.length - names.size,
    failed: images.filter(({ status }) => status !== 'ready').length,
  };
}

if (values.help) process.stdout.write(HELP);
else {
  const outcomes = [await measure('browser', byBrowser), await measure('clients', byClients)];
  process.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
  const isWrong = ({ answers, lost, twice, failed }: Outcome): boolean =>
    lost + twice + failed > 0 ||
    Object.keys(answers).some((answer) => answer !== '202' && answer !== '429 too_much_waiting');
  if (outcomes.some(isWrong)) process.exitCode = 1;
}
