import type { WorkerSettings } from '@darkroom/config';
import type { Platform } from '@darkroom/platform';
import { type JobEnd, JOB_QUEUE, type JobQueue, QueueModule } from '@darkroom/queue';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { HealthServer } from './health/health-server.js';
import { Readiness } from './health/readiness.js';
import { JobsInFlight } from './presence/jobs-in-flight.js';
import { WorkerPresence } from './presence/worker-presence.js';
import { Decoders } from './processing/decoders.js';
import { EncodeFormatHandler } from './processing/encode-format.handler.js';
import { FollowingFormats } from './processing/following-formats.js';
import { FormatRecorder } from './processing/format-recorder.js';
import { ProcessImageHandler } from './processing/process-image.handler.js';
import { RemoveBytesHandler } from './processing/remove-bytes.handler.js';
import { VariantMaker } from './processing/variant-maker.js';
import { VariantWriter } from './processing/variant-writer.js';
import { ReconcileHandler } from './reconcile/reconcile.handler.js';
import { ReconcileSchedule } from './reconcile/reconcile-schedule.js';
import { Reconciler } from './reconcile/reconciler.js';
import { CATALOGUE, LOGGER, METRICS, SETTINGS, STORAGE } from './tokens.js';

/** The parts that the handlers need. Global, so that the queue's module can create the handlers. */
@Global()
@Module({})
class PartsModule {
  static with(settings: WorkerSettings, platform: Platform, decoders: Decoders): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: settings },
      { provide: CATALOGUE, useValue: platform.catalogue },
      { provide: STORAGE, useValue: platform.storage },
      { provide: LOGGER, useValue: platform.logger },
      { provide: METRICS, useValue: platform.metrics },
      { provide: Decoders, useValue: decoders },
      VariantWriter,
      VariantMaker,
      FormatRecorder,
      FollowingFormats,
      {
        provide: Reconciler,
        inject: [JOB_QUEUE],
        useFactory: (queue: JobQueue) => new Reconciler(platform, queue),
      },
    ];
    return { module: PartsModule, providers, exports: providers };
  }
}

/** The composition root of the worker. */
@Module({})
export class WorkerModule {
  static with(settings: WorkerSettings, platform: Platform, decoders: Decoders): DynamicModule {
    const inFlight = new JobsInFlight();
    return {
      module: WorkerModule,
      imports: [
        PartsModule.with(settings, platform, decoders),
        QueueModule.forWorker({
          ...platform.broker,
          concurrency: settings.worker.concurrency,
          // Returning jobs to the queue and closing need the rest of the process's time to stop.
          drainMs: settings.shutdown.drainSeconds * 800,
          handlers: [ProcessImageHandler, EncodeFormatHandler, RemoveBytesHandler, ReconcileHandler],
          onJobEnd: (end) => measure(platform, end),
          onInHand: (count) => {
            inFlight.count = count;
          },
        }),
      ],
      providers: [
        ReconcileSchedule,
        Readiness,
        HealthServer,
        WorkerPresence,
        { provide: JobsInFlight, useValue: inFlight },
      ],
    };
  }
}

function measure({ metrics }: Platform, { name, outcome, durationMs, waitMs }: JobEnd): void {
  const outcomes = { completed: 'completed', retried: 'failed', failed: 'lost' } as const;
  metrics.jobStarted(name, waitMs / 1000);
  metrics.jobEnded({ name, outcome: outcomes[outcome], seconds: durationMs / 1000 });
}
