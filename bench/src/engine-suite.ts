import { Lane, type LaneJob, type LaneKind } from './lane.js';
import type { BenchPicture } from './pictures.js';
import { ratios, spread, type Spread } from './statistics.js';

export interface EngineRow {
  picture: string;
  formats: string;
  /** Pictures a second. */
  engine: Spread;
  isolation: Spread;
  plain: Spread;
  limit: Spread;
  engineOfLimit: Spread;
  engineOfPlain: Spread;
  isolationOfEngine: Spread;
  /** Resident bytes of the process with its four children, at their highest. */
  isolationPeakBytes: number;
}

export interface EngineOptions {
  rounds: number;
  /** Seconds that one lane should take in one round. */
  roundSeconds: number;
  onProgress: (text: string) => void;
}

const KINDS: readonly LaneKind[] = ['limit', 'engine', 'isolation', 'plain'];
const IN_FLIGHT = 4;

/** Measures every picture in all lanes, lane after lane in each round, so that a slow minute hits all of them. */
export async function engineSuite(
  pictures: readonly BenchPicture[],
  options: EngineOptions,
): Promise<EngineRow[]> {
  const jobs: Pick<LaneJob, 'picture' | 'formats'>[] = pictures.map((picture) => ({
    picture,
    formats: ['jpeg'],
  }));
  const [first] = pictures;
  if (first !== undefined) {
    jobs.push(
      { picture: first, formats: ['jpeg', 'webp'] },
      { picture: first, formats: ['jpeg', 'webp', 'avif'] },
    );
  }
  const rows: EngineRow[] = [];
  for (const job of jobs) {
    // New processes for each picture, so that peaks of memory are its own.
    const lanes = KINDS.map((kind) => new Lane(kind));
    try {
      rows.push(await measure(lanes, job, options));
    } finally {
      for (const lane of lanes) lane.close();
    }
  }
  return rows;
}

async function measure(
  lanes: readonly Lane[],
  { picture, formats }: Pick<LaneJob, 'picture' | 'formats'>,
  { rounds, roundSeconds, onProgress }: EngineOptions,
): Promise<EngineRow> {
  const rates: Record<LaneKind, number[]> = { limit: [], engine: [], isolation: [], plain: [] };
  let peak = 0;
  const counts = new Map<LaneKind, number>();
  for (let round = 0; round <= rounds; round += 1) {
    onProgress(`${picture.name}, ${formats.join(' + ')}: round ${round} of ${rounds}`);
    for (const lane of lanes) {
      const count = counts.get(lane.kind) ?? 2 * IN_FLIGHT;
      const result = await lane.run({ picture, formats, count, inFlight: IN_FLIGHT });
      // The first round warms up and tells how many pictures fill the time.
      if (round === 0)
        counts.set(lane.kind, Math.max(2 * IN_FLIGHT, Math.ceil(result.picturesPerSecond * roundSeconds)));
      else rates[lane.kind].push(result.picturesPerSecond);
      if (lane.kind === 'isolation') peak = Math.max(peak, result.peakBytes);
    }
  }
  return {
    picture: picture.name,
    formats: formats.join(' + '),
    engine: spread(rates.engine),
    isolation: spread(rates.isolation),
    plain: spread(rates.plain),
    limit: spread(rates.limit),
    engineOfLimit: ratios(rates.engine, rates.limit),
    engineOfPlain: ratios(rates.engine, rates.plain),
    isolationOfEngine: ratios(rates.isolation, rates.engine),
    isolationPeakBytes: peak,
  };
}
