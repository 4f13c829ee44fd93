import { childProcesses, residentBytes } from '@darkroom/imaging/testing';

export interface MemoryReport {
  /** Resident bytes of this process and of a decoder process: medians near the start and at the end. */
  start: { own: number; decoder: number } | null;
  end: { own: number; decoder: number } | null;
  /** The larger of the two growths, relative to the start; null when it was not measured. */
  growth: number | null;
}

/** Below this many pictures, the caches and pools of the decoders are still filling. */
const PICTURES_MIN = 2000;
const SAMPLES = 200;

interface Sample {
  own: number;
  decoder: number;
}

/** Watches the memory of this process and its decoder processes. Linux only. */
export class MemoryWatch {
  readonly #count: number;
  readonly #every: number;
  readonly #samples: Sample[] = [];

  /** @param count - number of pictures in the run */
  constructor(count: number) {
    this.#count = count;
    this.#every = Math.max(1, Math.floor(count / SAMPLES));
  }

  /** @param done - pictures processed so far */
  sample(done: number): void {
    if (process.platform !== 'linux' || done % this.#every !== 0) return;
    const decoders = childProcesses().map((pid) => residentBytes(pid) ?? 0);
    const decoder = median(decoders.filter((bytes) => bytes > 0));
    this.#samples.push({ own: process.memoryUsage.rss(), decoder });
  }

  report(): MemoryReport {
    if (this.#samples.length < 10) return { start: null, end: null, growth: null };
    const part = (from: number, to: number) => {
      const samples = this.#samples.slice(this.#samples.length * from, this.#samples.length * to);
      return {
        own: median(samples.map(({ own }) => own)),
        decoder: median(samples.map(({ decoder }) => decoder)),
      };
    };
    const start = part(0.1, 0.2);
    const end = part(0.9, 1);
    const growth = Math.max(end.own / start.own, end.decoder / start.decoder) - 1;
    return { start, end, growth: this.#count < PICTURES_MIN ? null : Math.round(growth * 1000) / 1000 };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
