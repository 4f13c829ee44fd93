import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultRecipe, firstFormat } from '@darkroom/contracts';
import {
  createDecoderPool,
  createImagingEngine,
  type HeicDecoder,
  type HeicReport,
  type ImagingEngine,
} from '@darkroom/imaging';
import type { LaneJob, LaneKind, LaneResult } from './lane.js';
import { limitOf } from './limit.js';
import { makePlainVariants } from './make-plain-variants.js';

const kind = process.argv[2] as LaneKind;
const heicDecoder = process.argv[3] as HeicDecoder;
let heic: HeicReport | undefined;
const onHeicDecoder = (report: HeicReport) => {
  heic = report;
};
const limits = { maxPixels: 100_000_000, maxFrames: 500, timeoutMs: 60_000 };
const POOL_SIZE = 4;

const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
const pool =
  kind === 'isolation'
    ? createDecoderPool({ size: POOL_SIZE, memoryLimitBytes: 1024 ** 3, folder, heicDecoder, onHeicDecoder })
    : undefined;
const engine: ImagingEngine | undefined = kind === 'engine' ? createImagingEngine() : pool;

process.on('message', (job: LaneJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.once('disconnect', () => {
  void Promise.resolve(pool?.close())
    .then(() => rm(folder, { recursive: true, force: true }))
    .then(() => process.exit(0));
});

async function run(job: LaneJob): Promise<LaneResult> {
  if (kind === 'limit') return { picturesPerSecond: await limitOf(job) };
  const slots = Array.from({ length: job.inFlight }, (_, index) => index);
  let left = job.count;
  const began = performance.now();
  await Promise.all(
    slots.map(async (slot) => {
      while (left > 0) {
        left -= 1;
        await one(job, slot);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { picturesPerSecond: job.count / seconds, ...(heic ? { heicDecoder: heic.decoder } : {}) };
}

async function one({ picture, formats, later = false }: LaneJob, slot: number): Promise<void> {
  if (engine === undefined) return makePlainVariants(picture.path, formats);
  const outputFolder = join(folder, String(slot));
  await mkdir(outputFolder, { recursive: true });
  const options = { limits, outputFolder, heicDecoder, onHeicDecoder };
  const further = formats.filter((wanted) => wanted !== firstFormat);
  const kept = await engine.processAndKeep(picture, defaultRecipe, options);
  if (!later) for (const format of further) await kept.encode(format);
  await kept.release();
  if (later) for (const format of further) await engine.encode(picture, defaultRecipe, format, options);
}
