import { QUEUE_NAME } from '@darkroom/contracts';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import {
  Module,
  type DynamicModule,
  type FactoryProvider,
  type InjectionToken,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import type { Queue } from 'bullmq';
import { BrokerQueue, BrokerWorker, bullOptions } from './broker-backend.js';
import { nestQueueLogger, type BrokerOptions } from './broker-options.js';
import { BullJobQueue } from './bull-job-queue.js';
import { HandlerRegistry } from './handler-registry.js';
import type { AnyJobHandler } from './job-handler.js';
import { JOB_QUEUE } from './job-queue.js';
import { createJobWorker, JobWorker, type WorkerOptions } from './job-worker.js';

const QUEUE_OPTIONS: unique symbol = Symbol('QUEUE_OPTIONS');

/** Where the options come from: `useFactory` gets the providers in `inject`. */
export interface OptionsSource<Options> {
  imports?: ModuleMetadata['imports'];
  inject?: FactoryProvider['inject'];
  useFactory: FactoryProvider<Options>['useFactory'];
}

export interface WorkerHandlers {
  /** One for each job. The module instantiates a class from the providers that `imports` export; a token must be among those. */
  handlers: (Type<AnyJobHandler> | symbol | string)[];
  imports?: ModuleMetadata['imports'];
}

/** The worker's own module is not global, so that Nest drains it before it destroys the modules that it uses. */
@Module({})
class QueueWorkerModule {}

/**
 * Provides `JOB_QUEUE` everywhere in the application, and a worker in the process that runs the jobs. Import it once, as
 * producer or as worker: a worker's module provides `JOB_QUEUE` too.
 */
@Module({})
export class QueueModule {
  static forProducer(options: BrokerOptions): DynamicModule {
    return QueueModule.forProducerAsync({ useFactory: () => options });
  }

  static forProducerAsync(source: OptionsSource<BrokerOptions>): DynamicModule {
    BullModule.queueClass = BrokerQueue;
    const queue: Provider = {
      provide: JOB_QUEUE,
      inject: [getQueueToken(QUEUE_NAME), QUEUE_OPTIONS],
      useFactory: (bull: Queue, { logger }: BrokerOptions) =>
        new BullJobQueue(bull, logger ?? nestQueueLogger()),
    };
    return {
      module: QueueModule,
      global: true,
      imports: [
        ...(source.imports ?? []),
        BullModule.registerQueueAsync({
          name: QUEUE_NAME,
          inject: [QUEUE_OPTIONS],
          useFactory: bullOptions,
        }),
      ],
      providers: [
        { provide: QUEUE_OPTIONS, inject: source.inject ?? [], useFactory: source.useFactory },
        queue,
      ],
      exports: [JOB_QUEUE, QUEUE_OPTIONS],
    };
  }

  static forWorker({ handlers, imports, ...options }: WorkerOptions & WorkerHandlers): DynamicModule {
    return QueueModule.forWorkerAsync({
      handlers,
      ...(imports === undefined ? {} : { imports }),
      useFactory: () => options,
    });
  }

  /** A missing or duplicate handler fails the application's start. */
  static forWorkerAsync(source: OptionsSource<WorkerOptions> & WorkerHandlers): DynamicModule {
    BullModule.workerClass = BrokerWorker;
    const inject: InjectionToken[] = source.handlers;
    return {
      module: QueueWorkerModule,
      imports: [QueueModule.forProducerAsync(source), ...(source.imports ?? [])],
      providers: [
        ...source.handlers.filter((handler) => typeof handler === 'function'),
        {
          provide: HandlerRegistry,
          inject,
          useFactory: (...handlers: AnyJobHandler[]) => new HandlerRegistry(handlers),
        },
        { provide: JobWorker, inject: [HandlerRegistry, QUEUE_OPTIONS], useFactory: createJobWorker },
      ],
    };
  }
}
