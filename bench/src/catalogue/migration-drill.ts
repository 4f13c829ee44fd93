import { setTimeout as pause } from 'node:timers/promises';
import { Catalogue } from '@darkroom/catalogue';
import type { LatencySummary } from '../load/latencies.js';
import { Arrivals } from './arrivals.js';

export interface MigrationPart {
  /** Milliseconds that the steps of the schema took. */
  steps: number;
  /** The longest insert of a picture meanwhile, in milliseconds. */
  longestInsert: number;
  /** Seconds until the backfill was complete. */
  backfillSeconds: number;
  /** Milliseconds of the inserts meanwhile. */
  inserts: LatencySummary;
}

/** Migrates a filled catalogue of the version before while pictures arrive. */
export async function migrationDrill(url: string, perSecond: number): Promise<MigrationPart> {
  const [migrating, writing] = [new Catalogue({ url }), new Catalogue({ url })];
  try {
    const arrivals = new Arrivals(writing, perSecond);
    await pause(2_000);
    arrivals.resetLatencies();
    const begun = performance.now();
    await migrating.migrate();
    const steps = performance.now() - begun;
    // Inserts that waited for the last step.
    await pause(2_000);
    const longestInsert = arrivals.inserts.summary().max;
    arrivals.resetLatencies();
    const filling = performance.now();
    await migrating.backfill();
    const backfillSeconds = (performance.now() - filling) / 1_000;
    const inserts = arrivals.inserts.summary();
    await arrivals.stop();
    return { steps, longestInsert, backfillSeconds, inserts };
  } finally {
    await Promise.all([migrating.close(), writing.close()]);
  }
}
