import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Recipe, sniff } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import {
  createDecoderPool,
  type DecoderPool,
  type ImagingLimits,
  type ReplacementReason,
} from '@darkroom/imaging';
import { Random } from '@darkroom/imaging/testing';
import type { Seed } from './seed.js';
import { MemoryWatch, type MemoryReport } from './memory-watch.js';
import { mutate } from './mutate.js';

export interface FuzzOptions {
  seed: number;
  /** Number of mutations. */
  count: number;
  /** Number of the first mutation; 0 by default. Other numbers repeat part of a run. */
  from?: number;
  /** Number of decoder processes. */
  processes: number;
  seeds: readonly Seed[];
  /** Absolute path of an existing folder. Its files are left in place. */
  folder: string;
  onProgress?: (done: number) => void;
}

/** A mutation with a forbidden end: a dead or hung decoder, or an error without a code. */
export interface FuzzFinding {
  number: number;
  seed: string;
  how: string[];
  what: string;
}

export interface FuzzReport {
  seed: number;
  count: number;
  seconds: number;
  /** Number of mutations by their end: `ready`, a code, or `unmapped`. */
  ends: Record<string, number>;
  /** The same for each seed. */
  endsBySeed: Record<string, Record<string, number>>;
  /** Decoder processes that ended while they processed a picture. */
  deaths: number;
  /** Pictures that exceeded their time limit, so that their process was killed. */
  hangs: number;
  /** How often processes were replaced, by reason. */
  replaced: Partial<Record<ReplacementReason, number>>;
  findings: FuzzFinding[];
  memory: MemoryReport;
  passed: boolean;
}

const LIMITS: ImagingLimits = { maxPixels: 50_000_000, maxFrames: 100, timeoutMs: 10_000 };
const MEMORY_LIMIT_BYTES = 2 ** 30;
const RECIPE: Recipe = {
  name: 'fuzz',
  version: 1,
  sizes: [
    { name: 'small', longSide: 24 },
    { name: 'large', longSide: 60 },
  ],
};
/** Relative growth of memory above which the run fails: a leak. */
const GROWTH_MAX = 0.1;

/** Mutates pictures, decodes them in decoder processes and reports how each ended. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, count, from = 0, processes, seeds, folder, onProgress } = options;
  const started = performance.now();
  const tally = new Tally();
  const pool = createDecoderPool({
    size: processes,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    folder,
    // Processes are never recycled, so that leaks show.
    picturesMax: Number.POSITIVE_INFINITY,
    onReplaced: (reason) => tally.replaced(reason),
  });
  const watch = new MemoryWatch(count);
  let next = from;
  let done = 0;
  const work = async (slot: number) => {
    const place = join(folder, `slot-${slot}`);
    await mkdir(place, { recursive: true });
    while (next < from + count) {
      const number = next;
      next += 1;
      const made = makeCase(seed, number, seeds);
      tally.ended(made, await endOf(pool, made, place));
      done += 1;
      watch.sample(done);
      onProgress?.(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: processes }, (_, slot) => work(slot)));
  } finally {
    await pool.close();
  }
  const memory = watch.report();
  const report = tally.report();
  const sound = report.deaths + report.hangs + report.findings.length === 0;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { seed, count, seconds, ...report, memory, passed: sound && (memory.growth ?? 0) <= GROWTH_MAX };
}

export interface FuzzCase {
  number: number;
  seed: string;
  how: string[];
  bytes: Buffer;
  toWebp: boolean;
}

/** Makes one mutation. It depends only on the seed and the number. */
export function makeCase(seed: number, number: number, seeds: readonly Seed[]): FuzzCase {
  const random = new Random(seed, number);
  const origin = random.pick(seeds);
  const { bytes, how } = mutate(origin, seeds, random);
  // WebP has separate code for animations and alpha.
  return { number, seed: origin.name, how, bytes, toWebp: random.below(3) === 0 };
}

/** @returns `ready`, a code, or an error that is not a picture fault */
async function endOf(pool: DecoderPool, { bytes, toWebp }: FuzzCase, place: string): Promise<string | Error> {
  const path = join(place, 'original');
  await writeFile(path, bytes);
  const input = { path, contentType: sniff(bytes) ?? 'image/jpeg' } as const;
  const options = { limits: LIMITS, outputFolder: place };
  try {
    if (toWebp) await pool.encode(input, RECIPE, 'webp', options);
    else await pool.process(input, RECIPE, options);
    return 'ready';
  } catch (error) {
    if (error instanceof PictureFault) return error.code;
    return error instanceof Error ? error : new Error(String(error));
  }
}

const CRASHES = new Set<ReplacementReason>(['crash', 'protocol', 'not_started']);

class Tally {
  readonly #ends: Record<string, number> = {};
  readonly #bySeed: Record<string, Record<string, number>> = {};
  readonly #replaced: Partial<Record<ReplacementReason, number>> = {};
  readonly #findings: FuzzFinding[] = [];

  replaced(reason: ReplacementReason): void {
    this.#replaced[reason] = (this.#replaced[reason] ?? 0) + 1;
  }

  ended({ number, seed, how }: FuzzCase, end: string | Error): void {
    const code = end instanceof Error ? 'unmapped' : end;
    const own = (this.#bySeed[seed] ??= {});
    this.#ends[code] = (this.#ends[code] ?? 0) + 1;
    own[code] = (own[code] ?? 0) + 1;
    if (end instanceof Error) this.#findings.push({ number, seed, how, what: end.message });
    else if (end === 'decoder_crashed' || end === 'processing_timeout') {
      this.#findings.push({ number, seed, how, what: end });
    }
  }

  report() {
    const entries = Object.entries(this.#replaced) as [ReplacementReason, number][];
    const deaths = entries.reduce((sum, [reason, count]) => (CRASHES.has(reason) ? sum + count : sum), 0);
    return {
      ends: sorted(this.#ends),
      endsBySeed: sorted(this.#bySeed),
      deaths,
      hangs: this.#replaced.timeout ?? 0,
      replaced: this.#replaced,
      findings: this.#findings,
    };
  }
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
