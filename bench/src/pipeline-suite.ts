import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchPicture } from './pictures.js';
import { BenchPlatform, bodyOf } from './platform.js';
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
/** Pictures before the first round: every process has then run its code often enough for V8 to have compiled it. */
const WARM_UP = 40;

/** Starts the whole platform as `npm start` does, in a folder of its own, and sends pictures through it. */
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
      for (let round = 0; round <= options.rounds; round += 1) {
        options.onProgress(`pipeline, ${picture.name}: round ${round} of ${options.rounds}`);
        const rate = await sendThrough(platform, body, round === 0 ? WARM_UP : options.count);
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

/** The round is over when the pictures are ready; the next one waits for what follows, as it would share the cores. */
async function sendThrough(platform: BenchPlatform, body: Buffer, count: number): Promise<number> {
  const ids: string[] = [];
  const began = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: UPLOADS }, async () => {
      while (left > 0) {
        left -= 1;
        ids.push(await platform.upload(body));
      }
    }),
  );
  await Promise.all(ids.map((id) => platform.ready(id)));
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(ids.map((id) => platform.complete(id)));
  return count / seconds;
}
