import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Catalogue } from '@darkroom/catalogue';
import type { LatencySummary } from '../load/latencies.js';
import { Arrivals } from './arrivals.js';
import { startCatalogueServer } from './catalogue-server.js';
import { fillCatalogue } from './fill-catalogue.js';
import { lanesOf } from './lanes.js';
import { type LaneRow, measureLane } from './measure-lane.js';
import { measurePlatform, type PlatformPart } from './platform-part.js';
import { type MigrationPart, migrationDrill } from './migration-drill.js';
import { readSubjects } from './read-subjects.js';
import { measureRemoval, type RemovalReport } from './removal.js';
import { type TableSize, tableSizes, type VacuumState, vacuumState } from './table-sizes.js';

export interface CatalogueReport {
  rows: number;
  migration: MigrationPart;
  lanes: LaneRow[];
  inserts: LatencySummary;
  wholes: LatencySummary;
  platform: PlatformPart;
  removal: RemovalReport;
  sizes: TableSize[];
  vacuum: VacuumState[];
}

/** Pictures per second that arrive while anything is measured. */
export const PER_SECOND = 50;
const LANE_SECONDS = 4;
const PLATFORM_SECONDS = 30;
const REMOVED = 20_000;

/** Measures a catalogue of this many pictures, which it makes first in a temporary folder. */
export async function catalogueSuite(
  rows: number,
  onProgress: (text: string) => void,
): Promise<CatalogueReport> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-catalogue-'));
  onProgress(`a catalogue of ${rows.toLocaleString('en')} pictures: ${costOf(rows)}`);
  try {
    const filling = await startCatalogueServer(folder, 'fill');
    try {
      await fillCatalogue(filling.url, rows, onProgress);
    } finally {
      await filling.stop();
    }
    const serving = await startCatalogueServer(folder, 'serve');
    try {
      return { rows, ...(await measure(serving.url, rows, onProgress)) };
    } finally {
      await serving.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says what a run needs, measured on two cores: for ten million, 24 minutes without the backfill, and 27 GB. */
function costOf(rows: number): string {
  return `about ${Math.ceil(rows / 150_000) + 5} minutes and ${Math.ceil((rows * 3) / 1e6)} GB in ${tmpdir()}`;
}

async function measure(
  url: string,
  rows: number,
  onProgress: (text: string) => void,
): Promise<Omit<CatalogueReport, 'rows'>> {
  onProgress('migration and backfill');
  const migration = await migrationDrill(url, PER_SECOND);
  const [reads, writes] = [new Catalogue({ url }), new Catalogue({ url })];
  try {
    const { any, large } = await readSubjects(url);
    const arrivals = new Arrivals(writes, PER_SECOND);
    await pause(2_000);
    arrivals.resetLatencies();
    const lanes: LaneRow[] = [];
    for (const lane of lanesOf(reads, any, large)) {
      onProgress(lane.name);
      lanes.push(await measureLane(lane, LANE_SECONDS));
    }
    const [inserts, wholes] = [arrivals.inserts.summary(), arrivals.wholes.summary()];
    const sizes = await tableSizes(url);
    onProgress('deletes');
    const removal = await measureRemoval(url, reads, Math.min(REMOVED, rows / 50));
    const vacuum = await vacuumState(url);
    await arrivals.stop();
    onProgress('events and reconciler');
    const platform = await measurePlatform(url, PLATFORM_SECONDS);
    return { migration, lanes, inserts, wholes, sizes, removal, vacuum, platform };
  } finally {
    await Promise.all([reads.close(), writes.close()]);
  }
}
