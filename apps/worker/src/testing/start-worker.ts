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
 * Starts a worker on a database and a media folder of its own, its jobs on that database too.
 *
 * @param processPath - another program than the decoder
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
    /** Reconciles at once: what waits is looked at whatever its age. @returns what was done */
    async reconcile(options: RunOptions = {}): Promise<Report['counts']> {
      const report = await reconciler.run({ idleSeconds: 0, ...options });
      if (report === null) throw new Error('somebody else reconciles');
      return report.counts;
    },
    /** As {@link reconcile}, with all that it says; null when somebody else reconciles. */
    reconcileOnce: () => reconciler.run({ idleSeconds: 0 }),
    /** Leaves reconciling to the test: the worker does not come to it by itself any more. */
    async pauseReconciler(): Promise<void> {
      await app.get(ReconcileSchedule, { strict: false }).onModuleDestroy();
      app.get(ReconcileHandler, { strict: false }).handle = () => Promise.resolve();
      // One that had begun.
      const holder = randomUUID();
      while (!(await platform.catalogue.reconciling.hold(holder, 0))) await pause(20);
      await platform.catalogue.reconciling.release(holder);
    },
    /** Leaves a job of a picture that has failed, and whose end did not reach the catalogue. */
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
    /** Has a job done here and now, beside the queue. */
    async run<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<void> {
      const handlers = app.get(HandlerRegistry, { strict: false });
      const context = { id: name, attempt: 1, attemptsLeft: 1, signal: new AbortController().signal };
      await handlers.get(name).handle(payload, context);
    },
    /** Waits until no byte of a picture is left. */
    async gone(id: string): Promise<void> {
      const left = `select 1 from deletions where image_id = $1 and bytes_removed_at is not null`;
      while ((await database.query(left, [id])).length === 0) await pause(20);
    },
    metrics: async () => (await platform.metrics.render()).body,
    /** Puts an image of these bytes in, as an upload does. @returns its id */
    async upload(bytes: string | Uint8Array, { isEnqueued = true } = {}): Promise<string> {
      const id = newImageId();
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
    /** Waits for a state that the image has not left again when it is looked at. */
    async until(id: string, isThere: (image: CatalogueImage) => boolean): Promise<CatalogueImage> {
      for (;;) {
        const image = await read(id);
        if (isThere(image)) return image;
        await pause(20);
      }
    },
    /** Shuts the worker down, as SIGTERM would; what it stood on stays. */
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

/** A UUIDv7 (RFC 9562). @param at - milliseconds since 1970 */
export function newImageId(at = Date.now()): string {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
