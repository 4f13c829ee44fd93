import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { queryDatabase } from '@darkroom/testing';
import { BenchPlatform } from './platform.js';
import { spread, type Spread } from './statistics.js';

export interface ReconcileReport {
  /** Images in the catalogue, none in progress. */
  rows: number;
  /** Duration of a run with nothing to do. */
  seconds: Spread;
  /** Peak growth of the process during the run, in bytes. */
  growthBytes: Spread;
  /** Peak memory of the whole process, including Node, Nest and the service clients, in bytes. */
  peakBytes: Spread;
}

const ROWS = 1_000_000;
const BATCH = 100_000;

/** The used fields of the output of `npm run reconcile -- --due --json`. */
interface Run {
  counts: Record<string, number>;
  milliseconds: number;
  memory: { beforeBytes: number; peakBytes: number };
}

/**
 * Reconciles a catalogue of a million images with nothing to do, as workers do every few seconds. It runs in a separate
 * process while the whole platform runs.
 */
export async function reconcileSuite(
  rounds: number,
  onProgress: (text: string) => void,
): Promise<ReconcileReport> {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  const platform = await BenchPlatform.start(data);
  try {
    const environment = JSON.parse(await readFile(join(data, 'environment.json'), 'utf8')) as Record<
      string,
      string
    >;
    await fill(environment['DATABASE_URL'] ?? '', onProgress);
    const runs: Run[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      onProgress(`reconcile ${round} of ${rounds}`);
      runs.push(await reconcile(environment));
    }
    return {
      rows: ROWS,
      seconds: spread(runs.map(({ milliseconds }) => milliseconds / 1000)),
      growthBytes: spread(runs.map(({ memory }) => memory.peakBytes - memory.beforeBytes)),
      peakBytes: spread(runs.map(({ memory }) => memory.peakBytes)),
    };
  } finally {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  }
}

/** Inserts ready images, one second apart, all months old. Triggers are off, so that a million events are not sent. */
async function fill(url: string, onProgress: (text: string) => void): Promise<void> {
  await queryDatabase(url, 'alter table images disable trigger user');
  for (let from = 0; from < ROWS; from += BATCH) {
    onProgress(`${from} rows`);
    await queryDatabase(
      url,
      `insert into images (id, owner, status, filename, content_type, bytes, sha256, width, height, created_at, ready_at)
       select (lpad(to_hex(1700000000000 + n * 1000), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
              'owner', 'ready', n || '.jpg', 'image/jpeg', 1000, repeat('ab', 32), 4000, 3000,
              to_timestamp(1700000000 + n), to_timestamp(1700000001 + n)
       from generate_series($1::bigint, $2::bigint) n`,
      [from, from + BATCH - 1],
    );
  }
  await queryDatabase(url, 'alter table images enable trigger user');
  await queryDatabase(url, 'vacuum analyze images');
}

async function reconcile(environment: Record<string, string>): Promise<Run> {
  const program = fileURLToPath(new URL('../../apps/worker/dist/reconcile/main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--due', '--json'], {
    env: { ...process.env, ...environment },
  });
  const run = JSON.parse(stdout) as Run;
  if (Object.keys(run.counts).length > 0) throw new Error(`expected a run with nothing to do, got ${stdout}`);
  return run;
}
