import { Latencies, type LatencySummary } from '../load/latencies.js';
import type { Lane } from './lanes.js';

export interface LaneRow {
  name: string;
  reads: number;
  latency: LatencySummary;
  /** Reads that the database ended because they took longer than a statement may. */
  ended: number;
}

const READERS = 2;
const PAUSE_MS = 5;
const SLOW_READS = 2;

/**
 * Measures the latencies of a lane: two readers that pause between two reads, so that arrivals and readers do not wait
 * for a core.
 *
 * @param seconds - how long to measure
 */
export async function measureLane({ name, read, isSlow = false }: Lane, seconds: number): Promise<LaneRow> {
  const latencies = new Latencies();
  const end = performance.now() + seconds * 1_000;
  let ended = 0;
  const reader = async (): Promise<void> => {
    while (isSlow ? latencies.count < SLOW_READS : performance.now() < end) {
      const begun = performance.now();
      await read().catch(() => (ended += 1));
      latencies.add(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: isSlow ? 1 : READERS }, reader));
  return { name, reads: latencies.count, latency: latencies.summary(), ended };
}
