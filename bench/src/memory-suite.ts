import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchPicture } from './pictures.js';
import { BenchPlatform, bodyOf } from './platform.js';
import { childrenOf, shareOf } from './processes.js';
import { spread, type Spread } from './statistics.js';

export interface MemoryReport {
  picture: string;
  /** Number of processed pictures. */
  pictures: number;
  /** Peak memory of the worker and its decoders, in bytes. */
  peakBytes: number;
  /** Memory in each tenth of the run, in bytes. */
  tenths: Spread[];
}

export interface MemoryOptions {
  /** Number of pictures to process. */
  pictures: number;
  onProgress: (text: string) => void;
}

/** More than the worker processes at a time, so that all its decoders are busy. */
const IN_FLIGHT = 8;
const EVERY_MS = 200;
const PARTS = 10;

/**
 * Sends one picture through the platform repeatedly, and samples the memory of the worker and its decoders. The measure
 * is the proportional set size (PSS), in which shared pages, mostly code, count once.
 *
 * @returns null on systems other than Linux
 */
export async function memorySuite(
  picture: BenchPicture,
  { pictures, onProgress }: MemoryOptions,
): Promise<MemoryReport | null> {
  if (process.platform !== 'linux') return null;
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await BenchPlatform.start(data);
  try {
    const worker = await findWorker(platform.pid);
    if (worker === undefined) throw new Error('the platform has no worker');
    const samples: { done: number; bytes: number }[] = [];
    const body = await bodyOf(picture);
    const run = { left: pictures, done: 0 };
    const look = async (): Promise<void> => {
      while (run.done < pictures) {
        samples.push({ done: run.done, bytes: await workerBytes(worker) });
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    };
    const send = async (): Promise<void> => {
      while (run.left > 0) {
        run.left -= 1;
        const id = await platform.upload(body);
        await platform.ready(id);
        // Deleted even if its WebP is not made yet, so that files do not accumulate.
        await platform.delete(id);
        run.done += 1;
        if (run.done % 100 !== 0) continue;
        const megabytes = Math.round((samples.at(-1)?.bytes ?? 0) / 1e6);
        onProgress(`memory, ${picture.name}: ${run.done} of ${pictures}, ${megabytes} MB`);
      }
    };
    await Promise.all([look(), ...Array.from({ length: IN_FLIGHT }, send)]);
    const tenth = (part: number) =>
      samples.filter((sample) => Math.floor((sample.done * PARTS) / pictures) === part);
    return {
      picture: picture.name,
      pictures,
      peakBytes: Math.max(...samples.map(({ bytes }) => bytes)),
      tenths: Array.from({ length: PARTS }, (_, part) => spread(tenth(part).map(({ bytes }) => bytes))),
    };
  } finally {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function findWorker(above: number): Promise<number | undefined> {
  for (const pid of await childrenOf(above)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (/apps.worker.dist.main\.js/.test(command)) return pid;
    const below = await findWorker(pid);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Memory of a worker and its decoders, in bytes. */
async function workerBytes(worker: number): Promise<number> {
  const shares = await Promise.all([worker, ...(await childrenOf(worker))].map(shareOf));
  return shares.reduce((sum, share) => sum + share, 0);
}
