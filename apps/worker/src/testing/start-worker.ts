import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CatalogueImage } from '@darkroom/catalogue';
import { loadSettings } from '@darkroom/config';
import { type JobName, type JobPayload, originalKey } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import { openPlatform } from '@darkroom/platform';
import { HandlerRegistry, JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { testDatabase } from '@darkroom/testing';
import { NestFactory } from '@nestjs/core';
import { Decoders } from '../processing/decoders.js';
import { ReconcileHandler } from '../reconcile/reconcile.handler.js';
import { ReconcileSchedule } from '../reconcile/reconcile-schedule.js';
import { type Report, Reconciler, type RunOptions } from '../reconcile/reconciler.js';
import { WorkerModule } from '../worker.module.js';

const OWNER = 'ada';

/**
 * Starts a worker on a separate database and media folder. The database is its broker too.
 *
 * @param processPath - a program to run instead of the decoder
 */
export async function startWorker(env: Record<string, string> = {}, processPath?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-worker-test-'));
  const database = await testDatabase();
  const settings = loadSettings(
    {
      DATABASE_URL: database.url,
      DARKROOM_BROKER: 'postgres',
      DARKROOM_MEDIA: join(folder, 'media'),
      DARKROOM_WORKER_PORT: '0',
      DARKROOM_WORKER_CONCURRENCY: '2',
      LOG_LEVEL: 'silent',
      ...env,
    },
    { for: 'worker' },
  );
  const platform = await openPlatform({ name: 'worker', version: '0.0.0-test', settings });
  const decoders = await Decoders.open(settings, platform, processPath);
  const app = await NestFactory.createApplicationContext(WorkerModule.with(settings, platform, decoders), {
    logger: false,
    abortOnError: false,
  });
  const queue = app.get<JobQueue>(JOB_QUEUE, { strict: false });
  const reconciler = app.get(Reconciler, { strict: false });

  const read = (id: string): Promise<CatalogueImage> => platform.catalogue.images.get(OWNER, id);
  return {
    platform,
    queue,
    database,
    read,
    /** Reconciles now, with no minimum idle time. @returns the number of each action */
    async reconcile(options: RunOptions = {}): Promise<Report['counts']> {
      const report = await reconciler.run({ idleSeconds: 0, ...options });
      if (report === null) throw new Error('another process is reconciling');
      return report.counts;
    },
    /** Like {@link reconcile}. @returns the whole report; null when another process is reconciling */
    reconcileOnce: () => reconciler.run({ idleSeconds: 0 }),
    /** Stops the worker's own runs of the reconciler: only the test reconciles. */
    async pauseReconciler(): Promise<void> {
      await app.get(ReconcileSchedule, { strict: false }).onModuleDestroy();
      app.get(ReconcileHandler, { strict: false }).handle = () => Promise.resolve();
      // A run may be under way: wait for its end.
      const holder = randomUUID();
      while (!(await platform.catalogue.reconciling.hold(holder, 0))) await pause(20);
      await platform.catalogue.reconciling.release(holder);
    },
    /** Leaves the failed job of a picture whose failure did not reach the catalogue. */
    async failJob(id: string): Promise<void> {
      const { fail } = platform.catalogue.processing;
      platform.catalogue.processing.fail = () => Promise.resolve(false);
      const { start } = platform.catalogue.processing;
      platform.catalogue.processing.start = () => Promise.reject(new PictureFault('internal'));
      const job = { name: 'process-image' as const, payload: { imageId: id, run: 1 } };
      await queue.enqueueAll([job]);
      while ((await queue.states([job]))[0] !== 'failed') await pause(20);
      Object.assign(platform.catalogue.processing, { fail, start });
    },
    /** Runs a job here, without the queue. */
    async run<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<void> {
      const handlers = app.get(HandlerRegistry, { strict: false });
      const context = { id: name, attempt: 1, attemptsLeft: 1, signal: new AbortController().signal };
      await handlers.get(name).handle(payload, context);
    },
    /** Waits until all bytes of a picture are removed. */
    async gone(id: string): Promise<void> {
      const left = `select 1 from deletions where image_id = $1 and bytes_removed_at is not null`;
      while ((await database.query(left, [id])).length === 0) await pause(20);
    },
    metrics: async () => (await platform.metrics.render()).body,
    /** Adds an image with these bytes, as an upload does. @returns its id */
    async upload(bytes: string | Uint8Array, { isEnqueued = true } = {}): Promise<string> {
      const id = createImageId();
      const data = Buffer.from(bytes);
      const body = (async function* () {
        yield data;
      })();
      const put = await platform.storage.put(originalKey(id, 'image/jpeg'), body, {
        contentType: 'image/jpeg',
      });
      const texts = { filename: 'picture.jpg', title: null, caption: null, tags: [], expiresIn: null };
      const image = { ...texts, id, owner: OWNER, contentType: 'image/jpeg' as const, createdAt: new Date() };
      await platform.catalogue.images.insert([{ ...image, bytes: put.bytes, sha256: put.sha256 }]);
      if (isEnqueued) await queue.enqueue('process-image', { imageId: id, run: 1 });
      return id;
    },
    async retry(id: string): Promise<void> {
      const { run } = await platform.catalogue.images.retry(OWNER, id);
      await queue.enqueue('process-image', { imageId: id, run });
    },
    /** Waits until the image is in this state. It polls, so the state must last. */
    async until(id: string, isThere: (image: CatalogueImage) => boolean): Promise<CatalogueImage> {
      for (;;) {
        const image = await read(id);
        if (isThere(image)) return image;
        await pause(20);
      }
    },
    /** Shuts the worker down, as SIGTERM would. Database and storage stay. */
    async stop(): Promise<void> {
      await app.close();
      await decoders.close();
    },
    async dispose(): Promise<void> {
      await platform.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestWorker = Awaited<ReturnType<typeof startWorker>>;

/** Creates a UUIDv7 (RFC 9562). @param at - milliseconds since 1970 */
export function createImageId(at = Date.now()): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
