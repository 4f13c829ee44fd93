import { setTimeout as pause } from 'node:timers/promises';
import type { Catalogue } from '@darkroom/catalogue';
import { queryDatabase } from '@darkroom/testing';
import type { LatencySummary } from '../load/latencies.js';
import type { Arrivals } from './arrivals.js';

export interface MigrationDrill {
  /** Seconds of the steps, which run before a process starts, and of the indexes, which follow. */
  steps: number;
  indexes: number;
  /** Milliseconds of the inserts while the steps ran and the indexes were built. */
  inserts: LatencySummary;
}

/** The steps since the last release, and what they made. Earlier steps do not meet a catalogue of this size any more. */
const UNDO = [
  'drop index if exists images_terms',
  'drop function if exists image_terms(text, uuid, tsvector)',
  'drop function if exists image_key(text, bigint)',
  'drop function if exists image_slice(uuid)',
  'delete from schema_migrations where id >= 11',
];

/** Migrates a filled catalogue from the schema of the last release while pictures arrive. */
export async function drillMigration(
  url: string,
  catalogue: Catalogue,
  arrivals: Arrivals,
): Promise<MigrationDrill> {
  for (const statement of UNDO) await queryDatabase(url, statement);
  await pause(1_000);
  arrivals.resetLatencies();
  const begun = performance.now();
  await catalogue.migrate();
  const migrated = performance.now();
  await catalogue.buildIndexes();
  const built = performance.now();
  return {
    steps: (migrated - begun) / 1_000,
    indexes: (built - migrated) / 1_000,
    inserts: arrivals.inserts.summary(),
  };
}
