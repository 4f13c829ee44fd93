import { type ChildProcess, spawn } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Image } from '@darkroom/contracts';
import type { BenchPicture } from './pictures.js';
import { spread, type Spread } from './statistics.js';

export interface PipelineRow {
  picture: string;
  /** Pictures a second, from the first upload's first byte to the last picture's `ready`. */
  pipeline: Spread;
}

export interface PipelineOptions {
  rounds: number;
  /** Pictures a round. */
  count: number;
  onProgress: (text: string) => void;
}

/** Uploads at a time: more than the workers hold, so that the queue never runs dry. */
const UPLOADS = 6;
const START_LINE = 'Darkroom is ready on ';

/** Starts the whole platform as `npm start` does, in a folder of its own, and sends pictures through it. */
export async function pipelineSuite(
  pictures: readonly BenchPicture[],
  options: PipelineOptions,
): Promise<PipelineRow[]> {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await startPlatform(data);
  try {
    const rows: PipelineRow[] = [];
    for (const picture of pictures) {
      const rates: number[] = [];
      for (let round = 0; round <= options.rounds; round += 1) {
        options.onProgress(`pipeline, ${picture.name}: round ${round} of ${options.rounds}`);
        const rate = await sendThrough(platform.origin, picture, round === 0 ? UPLOADS : options.count);
        if (round > 0) rates.push(rate);
      }
      rows.push({ picture: picture.name, pipeline: spread(rates) });
    }
    return rows;
  } finally {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function startPlatform(data: string): Promise<{ origin: string; stop: () => Promise<void> }> {
  const launcher = fileURLToPath(new URL('../../apps/launcher/launch.mjs', import.meta.url));
  const port = await freePort();
  const child = spawn(process.execPath, [launcher], {
    env: { ...process.env, DARKROOM_DATA: data, DARKROOM_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(START_LINE)) resolve();
    });
    child.once('exit', () => reject(new Error(`the platform did not start:\n${said}`)));
  });
  return { origin: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

async function sendThrough(origin: string, picture: BenchPicture, count: number): Promise<number> {
  const events = await openEvents(origin);
  const waiting = new Set<string>();
  const ended = new Set<string>();
  const done = Promise.withResolvers<void>();
  let sent = 0;
  const check = (): void => {
    if (sent === count && [...waiting].every((id) => ended.has(id))) done.resolve();
  };
  void events.read((image) => {
    if (image.status === 'failed' || image.status === 'quarantined')
      done.reject(new Error(`${image.id} ended ${image.status}`));
    if (image.status === 'ready') ended.add(image.id);
    check();
  });
  const file = await openAsBlob(picture.path, { type: picture.contentType });
  const began = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: UPLOADS }, async () => {
      while (left > 0) {
        left -= 1;
        waiting.add(await upload(origin, file));
        sent += 1;
      }
    }),
  );
  check();
  await done.promise;
  const seconds = (performance.now() - began) / 1000;
  await events.close();
  await Promise.all([...waiting].map((id) => fetch(`${origin}/api/images/${id}`, { method: 'DELETE' })));
  return count / seconds;
}

async function upload(origin: string, file: Blob): Promise<string> {
  const form = new FormData();
  form.append('file', file, 'picture');
  const response = await fetch(`${origin}/api/images`, { method: 'POST', body: form });
  if (response.status !== 202)
    throw new Error(`an upload answered ${response.status}: ${await response.text()}`);
  const { items } = (await response.json()) as { items: { id: string }[] };
  const [item] = items;
  if (item === undefined) throw new Error('an upload answered without an image');
  return item.id;
}

async function openEvents(origin: string) {
  const abort = new AbortController();
  const response = await fetch(`${origin}/api/events`, { signal: abort.signal });
  const body = response.body;
  if (body === null) throw new Error('the event stream has no body');
  return {
    async read(onImage: (image: Image) => void): Promise<void> {
      let text = '';
      try {
        for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) {
            const data = /^event: image\n(?:.*\n)*?data: (.*)$/m.exec(block)?.[1];
            if (data !== undefined) onImage(Image.parse(JSON.parse(data)));
          }
        }
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      }
    },
    close: async () => abort.abort(),
  };
}
