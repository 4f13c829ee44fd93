import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CpuTimes, cpuOfProcesses, cpuPerPicture } from './cpu-of-processes.js';
import type { BenchPicture } from './pictures.js';
import { BenchPlatform, bodyOf } from './platform.js';
import { spread, type Spread } from './statistics.js';

export interface PipelineRow {
  picture: string;
  /** Pictures per second, from the first byte of the first upload until the last picture is `ready`. */
  pipeline: Spread;
  /** CPU time per picture over all rounds, in milliseconds, further formats included; null on systems other than Linux. */
  cpu: CpuTimes | null;
}

export interface PipelineOptions {
  rounds: number;
  /** Pictures per round. */
  count: number;
  onProgress: (text: string) => void;
}

/** Concurrent uploads: more than the workers process at a time, so that the queue is never empty. */
const UPLOADS = 6;
/** Pictures before the first round, so that V8 has compiled the code of every process. */
export const WARM_UP = 40;

/** Starts the whole platform as `npm start` does, in a new folder, and sends pictures through it. */
export async function pipelineSuite(
  pictures: readonly BenchPicture[],
  options: PipelineOptions,
): Promise<PipelineRow[]> {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await BenchPlatform.start(data);
  try {
    const rows: PipelineRow[] = [];
    for (const picture of pictures) {
      const body = await bodyOf(picture);
      const rates: number[] = [];
      let before: CpuTimes | null = null;
      for (let round = 0; round <= options.rounds; round += 1) {
        options.onProgress(`pipeline, ${picture.name}: round ${round} of ${options.rounds}`);
        const { rate, ids } = await sendThrough(platform, body, round === 0 ? WARM_UP : options.count);
        // The further formats would share the cores with the next round.
        await Promise.all(ids.map((id) => platform.complete(id)));
        if (round > 0) rates.push(rate);
        else before = await cpuOfProcesses(platform.pid);
      }
      const after = await cpuOfProcesses(platform.pid);
      const cpu = before && after && cpuPerPicture(before, after, options.rounds * options.count);
      rows.push({ picture: picture.name, pipeline: spread(rates), cpu });
    }
    return rows;
  } finally {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/**
 * Uploads a picture repeatedly, and ends when all of them are ready.
 *
 * @param uploads - at a time
 * @returns pictures per second, and the ids of the pictures
 */
export async function sendThrough(
  platform: BenchPlatform,
  body: Buffer,
  count: number,
  uploads = UPLOADS,
): Promise<{ rate: number; ids: string[] }> {
  const ids: string[] = [];
  const began = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: uploads }, async () => {
      while (left > 0) {
        left -= 1;
        ids.push(await platform.upload(body));
      }
    }),
  );
  await Promise.all(ids.map((id) => platform.ready(id)));
  return { rate: count / ((performance.now() - began) / 1000), ids };
}
