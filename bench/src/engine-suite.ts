import { availableParallelism } from 'node:os';
import type { HeicDecoder } from '@darkroom/imaging';
import { Lane, type LaneJob, type LaneKind } from './lane.js';
import type { BenchPicture } from './pictures.js';
import { ratios, spread, type Spread } from './statistics.js';

export interface EngineRow {
  picture: string;
  formats: string;
  /** Pictures per second. */
  engine: Spread;
  isolation: Spread;
  /** Null for HEIC, which sharp cannot decode. */
  plain: Spread | null;
  limit: Spread | null;
  /** The limit, measured on all cores at the same time. */
  limitTogether: Spread | null;
  engineOfLimit: Spread | null;
  engineOfLimitTogether: Spread | null;
  engineOfPlain: Spread | null;
  isolationOfEngine: Spread;
}

export interface EngineOptions {
  rounds: number;
  /** Whether the first picture is also measured in WebP and AVIF. */
  allFormats: boolean;
  /** Target seconds for one lane in one round. */
  roundSeconds: number;
  onProgress: (text: string) => void;
}

const OURS: readonly LaneKind[] = ['engine', 'isolation'];
const KINDS: readonly LaneKind[] = ['limit', ...OURS, 'plain'];
const IN_FLIGHT = 4;

interface EngineJob extends Pick<LaneJob, 'picture' | 'formats' | 'later'> {
  heicDecoder: HeicDecoder;
}

/** HEIC is measured with the library of the system, and without it. */
function decodersOf({ contentType }: BenchPicture): HeicDecoder[] {
  return contentType === 'image/heic' ? ['auto', 'webassembly'] : ['auto'];
}

/** Measures every picture in all lanes. Lanes alternate in each round, so that a slow minute affects all of them. */
export async function engineSuite(
  pictures: readonly BenchPicture[],
  options: EngineOptions,
): Promise<EngineRow[]> {
  const jobs: EngineJob[] = pictures.flatMap((picture): EngineJob[] =>
    decodersOf(picture).map((heicDecoder) => ({ picture, formats: ['jpeg'], heicDecoder })),
  );
  const [first] = pictures;
  if (first !== undefined && options.allFormats) {
    for (const formats of [
      ['jpeg', 'webp'],
      ['jpeg', 'webp', 'avif'],
    ] satisfies LaneJob['formats'][]) {
      const job = { picture: first, formats, heicDecoder: 'auto' } as const;
      jobs.push(job, { ...job, later: true });
    }
  }
  const rows: EngineRow[] = [];
  for (const job of jobs) {
    // Without libavcodec, the first of the two jobs of a HEIC has measured WebAssembly.
    if (job.heicDecoder === 'webassembly' && rows.some(({ picture }) => picture.endsWith('(WebAssembly)')))
      continue;
    // New processes for each picture, so that memory peaks belong to one picture.
    const kinds = job.picture.contentType === 'image/heic' ? OURS : KINDS;
    const lanes = kinds.map((kind) => new Lane(kind, job.heicDecoder));
    const others =
      kinds === OURS ? [] : Array.from({ length: availableParallelism() - 1 }, () => new Lane('limit'));
    try {
      rows.push(await measure({ lanes, others }, job, options));
    } finally {
      for (const lane of [...lanes, ...others]) lane.close();
    }
  }
  return rows;
}

async function measure(
  { lanes, others }: { lanes: readonly Lane[]; others: readonly Lane[] },
  work: EngineJob,
  { rounds, roundSeconds, onProgress }: EngineOptions,
): Promise<EngineRow> {
  const { picture } = work;
  const formats = work.formats.join(work.later ? ', later ' : ' + ');
  const rates: Record<LaneKind, number[]> = { limit: [], engine: [], isolation: [], plain: [] };
  const together: number[] = [];
  const counts = new Map<LaneKind, number>();
  let { name } = picture;
  for (let round = 0; round <= rounds; round += 1) {
    onProgress(`${picture.name}, ${formats}: round ${round} of ${rounds}`);
    for (const lane of lanes) {
      const job = { ...work, count: counts.get(lane.kind) ?? 2 * IN_FLIGHT, inFlight: IN_FLIGHT };
      const result = await lane.run(job);
      if (result.heicDecoder !== undefined) name = `${picture.name} (${result.heicDecoder})`;
      // The first round warms up and measures how many pictures fill the time.
      if (round === 0) {
        counts.set(lane.kind, Math.max(2 * IN_FLIGHT, Math.ceil(result.picturesPerSecond * roundSeconds)));
        continue;
      }
      rates[lane.kind].push(result.picturesPerSecond);
      if (lane.kind !== 'limit') continue;
      const all = await Promise.all([lane, ...others].map((one) => one.run(job)));
      together.push(all.reduce((sum, one) => sum + one.picturesPerSecond, 0) / all.length);
    }
  }
  const orNull = (values: readonly number[]) => (values.length === 0 ? null : spread(values));
  const of = (above: readonly number[], below: readonly number[]) =>
    below.length === 0 ? null : ratios(above, below);
  return {
    picture: name,
    formats,
    engine: spread(rates.engine),
    isolation: spread(rates.isolation),
    plain: orNull(rates.plain),
    limit: orNull(rates.limit),
    limitTogether: orNull(together),
    engineOfLimit: of(rates.engine, rates.limit),
    engineOfLimitTogether: of(rates.engine, together),
    engineOfPlain: of(rates.engine, rates.plain),
    isolationOfEngine: ratios(rates.isolation, rates.engine),
  };
}
