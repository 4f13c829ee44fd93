import { randomUUID } from 'node:crypto';
import { jobNames, QUEUE_NAME, type JobName, type JobPayload } from '@darkroom/contracts';
import { Global, Module, type INestApplicationContext, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { JobsOptions } from 'bullmq';
import { BrokerQueue, bullOptions } from '../broker-backend.js';
import {
  JOB_QUEUE,
  QueueModule,
  type AnyJobHandler,
  type BrokerOptions,
  type JobEnd,
  type JobHandler,
  type JobQueue,
  type QueueLogger,
  type WorkerOptions,
} from '../index.js';
import { bullJobOptions } from '../job-definition.js';
import { JobWorker } from '../job-worker.js';

/** A log that keeps the messages. */
function memoryLogger(): QueueLogger & { messages: string[] } {
  const messages: string[] = [];
  const keep = (_: object, message: string) => void messages.push(message);
  return { messages, info: keep, warn: keep, error: keep };
}

/** Records values and lets a test wait for the next that matches. */
export class Seen<T> {
  readonly all: T[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const look of this.waiting) look();
  }

  /** Resolves with the recorded values once there are `count` of them. */
  async atLeast(count: number): Promise<T[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.all.length >= count && resolve();
    this.waiting.add(look);
    look();
    await promise;
    this.waiting.delete(look);
    return this.all;
  }
}

type Handle<Name extends JobName> = JobHandler<Name>['handle'];

export interface WorkerParts {
  process?: Handle<'process-image'>;
  exhausted?: NonNullable<JobHandler<'process-image'>['exhausted']>;
  encode?: Handle<'encode-format'>;
  remove?: Handle<'remove-bytes'>;
  reconcile?: Handle<'reconcile'>;
}

/** A handler for every job of the contracts; those that the test does not give do nothing. */
function handlersOf({ process, exhausted, encode, remove, reconcile }: WorkerParts): AnyJobHandler[] {
  const given: Partial<Record<JobName, object | undefined>> = {
    'process-image': { ...(process && { handle: process }), ...(exhausted && { exhausted }) },
    'encode-format': encode && { handle: encode },
    'remove-bytes': remove && { handle: remove },
    reconcile: reconcile && { handle: reconcile },
  };
  return jobNames.map((name) => ({ name, handle: () => Promise.resolve(), ...given[name] }));
}

@Module({})
class HandlersModule {}

/** Stands in for the catalogue and the storage, which handlers need until they end. */
class Resource implements OnModuleDestroy {
  open = true;
  onModuleDestroy(): void {
    this.open = false;
  }
}

@Module({ providers: [Resource], exports: [Resource] })
class ResourceModule {}

@Global()
@Module({ providers: [Resource], exports: [Resource] })
class GlobalResourceModule {}

@Module({})
class WorkerApplication {}

export interface RunningWorker {
  ends: Seen<JobEnd>;
  /** Resolves when it no longer takes jobs. */
  draining: Promise<void>;
  /** Whether the providers that the handlers use still exist. */
  resourcesOpen(): boolean;
  /** Shuts the application down, as SIGTERM would. */
  close(): Promise<void>;
}

/** One queue on a broker, with the applications that a test starts on it. */
export class QueueFixture {
  readonly logger = memoryLogger();
  readonly options: BrokerOptions;
  private readonly applications = new Set<INestApplicationContext>();
  private readonly disposals: (() => Promise<unknown>)[] = [];

  constructor(options: BrokerOptions) {
    this.options = { ...options, logger: this.logger };
  }

  async producer(options: BrokerOptions = this.options): Promise<JobQueue> {
    const application = await this.start(QueueModule.forProducer(options));
    return application.get<JobQueue>(JOB_QUEUE);
  }

  async worker(parts: WorkerParts, settings: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const ends = new Seen<JobEnd>();
    const options = { concurrency: 1, drainMs: 10_000, ...this.options, ...settings } as WorkerOptions;
    const providers = handlersOf(parts).map((handler) => ({ provide: handler.name, useValue: handler }));
    const queueModule = QueueModule.forWorkerAsync({
      imports: [ResourceModule, { module: HandlersModule, providers, exports: jobNames }],
      handlers: jobNames,
      useFactory: () => ({ ...options, onJobEnd: (end) => ends.add(end) }),
    });
    const application = await this.start({
      module: WorkerApplication,
      imports: [ResourceModule, GlobalResourceModule, queueModule],
    });
    const resources = application.get(Resource, { strict: false, each: true });
    const { promise: draining, resolve } = Promise.withResolvers<void>();
    application.get(JobWorker, { strict: false }).worker.once('closing', () => resolve());
    return {
      ends,
      draining,
      resourcesOpen: () => resources.length === 2 && resources.every(({ open }) => open),
      close: () => this.stop(application),
    };
  }

  /** BullMQ's own queue, for operations that {@link JobQueue} lacks. */
  bull(): BrokerQueue {
    const queue = new BrokerQueue(QUEUE_NAME, bullOptions(this.options));
    queue.on('error', () => undefined);
    this.disposals.push(() => queue.close());
    return queue;
  }

  /** Adds a job whose options differ from the contracts'. */
  async addRaw(name: string, payload: unknown, options: JobsOptions = {}): Promise<void> {
    await this.bull().add(name, payload, { jobId: randomUUID(), priority: 1, ...options });
  }

  onDispose(disposal: () => Promise<unknown>): void {
    this.disposals.push(disposal);
  }

  async dispose(): Promise<void> {
    for (const application of this.applications) await this.stop(application);
    for (const disposal of this.disposals.toReversed()) await disposal();
  }

  private async start(module: Parameters<typeof NestFactory.createApplicationContext>[0]) {
    const options = { logger: false, abortOnError: false } as const;
    const application = await NestFactory.createApplicationContext(module, options);
    this.applications.add(application);
    return application;
  }

  private async stop(application: INestApplicationContext): Promise<void> {
    if (this.applications.delete(application)) await application.close();
  }
}

/** A payload for a picture that no other test uses. */
export function createPayload(): JobPayload<'process-image'> {
  return { imageId: randomUUID(), run: 1 };
}

/** Few quick tries, where the contracts have many slow ones. */
export function quickTries(payload: JobPayload<'process-image'>, attempts: number): JobsOptions {
  return { ...bullJobOptions('process-image', payload), attempts, backoff: { type: 'fixed', delay: 10 } };
}
