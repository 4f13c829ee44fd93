import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '@darkroom/config';
import { openPlatform, type Platform } from '@darkroom/platform';
import { HandWorker } from '@darkroom/queue/testing';
import { connectDatabase, type DatabaseConnection, services, testDatabase } from '@darkroom/testing';
import type { Decoders } from '../../processing/decoders.js';
import { EncodeFormatHandler } from '../../processing/encode-format.handler.js';
import { FollowingFormats } from '../../processing/following-formats.js';
import { FormatRecorder } from '../../processing/format-recorder.js';
import { ProcessImageHandler } from '../../processing/process-image.handler.js';
import { RemoveBytesHandler } from '../../processing/remove-bytes.handler.js';
import { VariantMaker } from '../../processing/variant-maker.js';
import { VariantWriter } from '../../processing/variant-writer.js';
import { ReconcileHandler } from '../../reconcile/reconcile.handler.js';
import { Reconciler } from '../../reconcile/reconciler.js';
import { FakeEngine } from './fake-engine.js';
import { gated } from './gate.js';

/** The real catalogue, queue, storage and handlers on a separate database and queue, with fake decoders. */
export interface World {
  platform: Platform;
  worker: HandWorker;
  engine: FakeEngine;
  database: DatabaseConnection;
  /** Compares every picture now. Each call stops at the gate of the calling work. */
  reconcile(): Promise<void>;
  /** Makes catalogue and storage two hours older. */
  age(): Promise<void>;
  /** Removes everything, for the next sequence of events. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Frees the lock of a killed reconciler, and ages deletions until no worker can be working on their pictures. */
const LATER = `
  with freed as (update reconciler set held_until = now())
  update deletions set deleted_at = deleted_at - interval '2 hours', bytes_removed_at = bytes_removed_at - interval '2 hours'`;

async function ageFiles(folder: string): Promise<void> {
  const earlier = new Date(Date.now() - 2 * 3_600_000);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), earlier, earlier);
}

export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-model-'));
  const database = await testDatabase();
  const connection = await connectDatabase(database.url);
  const redis = services().redis?.url;
  const settings = loadSettings(
    {
      DATABASE_URL: database.url,
      ...(redis === undefined ? { DARKROOM_BROKER: 'postgres' } : { REDIS_URL: redis }),
      DARKROOM_MEDIA: join(folder, 'media'),
      LOG_LEVEL: 'silent',
    },
    { for: 'worker' },
  );
  const platform = await openPlatform({ name: 'worker', version: '0.0.0-test', settings });
  const { logger, metrics } = platform;
  const catalogue = gated(platform.catalogue);
  const storage = gated(platform.storage);
  const parts = { catalogue, storage, logger, metrics };
  const engine = new FakeEngine();
  const work = join(folder, 'work');
  await mkdir(work);
  const decoders = { engine, folder: work } as unknown as Decoders;
  const maker = new VariantMaker(settings, storage, decoders, new VariantWriter(catalogue, storage));
  const recorder = new FormatRecorder(catalogue, maker, logger, metrics);
  // All tests share one Redis: each world has a separate queue on it.
  const namespace = `model_${new URL(database.url).pathname.slice(1)}`;
  const worker = await HandWorker.open({ ...platform.broker, namespace }, (queue) => [
    new ProcessImageHandler(
      catalogue,
      maker,
      new FollowingFormats(settings, gated(queue), recorder, logger),
      logger,
      metrics,
    ),
    new EncodeFormatHandler(catalogue, recorder),
    new RemoveBytesHandler(catalogue, storage),
    new ReconcileHandler(new Reconciler(parts, gated(queue)), logger),
  ]);
  const reconciler = new Reconciler(parts, gated(worker.queue));
  return {
    platform,
    worker,
    engine,
    database: connection,
    reconcile: async () => {
      await reconciler.run({ storage: 'all', idleSeconds: 0, graceSeconds: 0 });
    },
    age: async () => {
      await connection.query(LATER);
      await ageFiles(join(folder, 'media'));
    },
    empty: async () => {
      await worker.lose();
      await connection.query('truncate images, variants, deletions, pending_formats');
      await rm(join(folder, 'media', 'uploads'), { recursive: true, force: true });
      await rm(join(folder, 'media', 'variants'), { recursive: true, force: true });
    },
    close: async () => {
      await worker.lose();
      await worker.close();
      await connection.close();
      await platform.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
