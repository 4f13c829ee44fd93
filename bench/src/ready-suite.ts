import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchPicture } from './pictures.js';
import { BenchPlatform, bodyOf, launcher } from './platform.js';
import { ratios, spread, type Spread } from './statistics.js';

/** How long a picture takes from the first byte of its upload to `ready`. */
export interface ReadyRow {
  picture: string;
  /** The formats that the platform makes of each picture. */
  formats: string;
  /** Median milliseconds of a picture that arrives while nothing else is there. */
  alone: Spread;
  /** Median milliseconds while a picture arrives every 150 ms. */
  streamed: Spread;
  /** Against the platform that makes only JPEGs, in the same round. */
  aloneOfJpeg: Spread;
  streamedOfJpeg: Spread;
}

export interface ReadyOptions {
  rounds: number;
  onProgress: (text: string) => void;
}

const FORMATS = ['jpeg', 'jpeg,webp', 'jpeg,webp,avif'] as const;
type Formats = (typeof FORMATS)[number];
/** Pictures in each measurement. */
const COUNT = 20;
/** Between arrivals. On two cores, JPEGs and WebP of 12 megapixels then keep some four fifths of the time busy. */
const STREAM_INTERVAL_MS = 150;

interface Times {
  alone: number[];
  streamed: number[];
}

/**
 * Measures the time to `ready` of platforms that differ only in their formats, in turns: JPEGs come first, so further
 * formats should cost no time.
 */
export async function readySuite(picture: BenchPicture, options: ReadyOptions): Promise<ReadyRow[]> {
  const body = await bodyOf(picture);
  const times = new Map<Formats, Times>(FORMATS.map((formats) => [formats, { alone: [], streamed: [] }]));
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [formats, { alone, streamed }] of times) {
      options.onProgress(`ready, ${formats}: round ${round} of ${options.rounds}`);
      const measured = await measure(formats, body);
      // The first round warms the caches of the system up.
      if (round === 0) continue;
      alone.push(measured.alone);
      streamed.push(measured.streamed);
    }
  }
  const jpeg = times.get('jpeg') ?? { alone: [], streamed: [] };
  return [...times].map(([formats, { alone, streamed }]) => ({
    picture: picture.name,
    formats: formats.replaceAll(',', ' + '),
    alone: spread(alone),
    streamed: spread(streamed),
    aloneOfJpeg: ratios(alone, jpeg.alone),
    streamedOfJpeg: ratios(streamed, jpeg.streamed),
  }));
}

async function measure(formats: Formats, body: Buffer): Promise<{ alone: number; streamed: number }> {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await BenchPlatform.start(data, launcher({ DARKROOM_FORMATS: formats }));
  const last = formats.slice(formats.lastIndexOf(',') + 1);
  try {
    // The decoders start, and V8 compiles the code of every process.
    await timeAlone(platform, body, last);
    const alone = await timeAlone(platform, body, last);
    return { alone, streamed: await timeStreamed(platform, body) };
  } finally {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** @returns milliseconds from the upload to `ready` */
async function timeOne(platform: BenchPlatform, body: Buffer): Promise<{ id: string; time: number }> {
  const began = performance.now();
  const id = await platform.upload(body);
  await platform.ready(id);
  return { id, time: performance.now() - began };
}

async function timeAlone(platform: BenchPlatform, body: Buffer, lastFormat: string): Promise<number> {
  const times: number[] = [];
  while (times.length < COUNT) {
    const { id, time } = await timeOne(platform, body);
    times.push(time);
    await platform.complete(id, lastFormat);
  }
  return spread(times).median;
}

async function timeStreamed(platform: BenchPlatform, body: Buffer): Promise<number> {
  const running: Promise<{ time: number }>[] = [];
  while (running.length < COUNT) {
    running.push(timeOne(platform, body));
    await pause(STREAM_INTERVAL_MS);
  }
  return spread((await Promise.all(running)).map(({ time }) => time)).median;
}
