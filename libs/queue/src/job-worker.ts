import { QUEUE_NAME, type JobName } from '@darkroom/contracts';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job as BullJob } from 'bullmq';
import type { BrokerWorker } from './broker-backend.js';
import { nestQueueLogger, type BrokerOptions, type QueueLogger } from './broker-options.js';
import type { HandlerRegistry } from './handler-registry.js';
import { isJobName } from './job-definition.js';
import { JobRunner } from './job-runner.js';
import { settles } from './within.js';

/** Milliseconds after the drain in which jobs stop and go back; then the connection is cut. */
const HAND_BACK_LIMIT = 5_000;

/** One try of a job, ended; for metrics. A job that was handed back is not among them. */
export interface JobEnd {
  name: JobName;
  /** `retried`: this try failed and another follows. */
  outcome: 'completed' | 'failed' | 'retried';
  /** Milliseconds from when this try was taken until it had ended. */
  durationMs: number;
  /** Milliseconds from when the job was first due until this try was taken, earlier tries included. */
  waitMs: number;
}

export type WorkerOptions = BrokerOptions & {
  /** Jobs in hand at a time. */
  concurrency: number;
  /**
   * Milliseconds, 20,000 by default, for which a job stays with a worker that gives no sign. A killed worker's jobs are
   * taken over after that and at most half of it again.
   */
  lockDurationMs?: number;
  /** Milliseconds, 25,000 by default, that jobs in hand get at shutdown before they are handed back. */
  drainMs?: number;
  onJobEnd?: (end: JobEnd) => void;
  /** Told the number of jobs in hand whenever it changes. */
  onInHand?: (count: number) => void;
};

/** Takes jobs while the application runs, and drains when it shuts down. */
export class JobWorker extends WorkerHost<BrokerWorker> implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger: QueueLogger;
  private readonly runner: JobRunner;

  constructor(
    registry: HandlerRegistry,
    private readonly options: WorkerOptions,
  ) {
    super();
    this.logger = options.logger ?? nestQueueLogger();
    this.runner = new JobRunner(registry, this.logger, {
      onInHand: options.onInHand,
      onPutOff: (job, error) => this.onPutOff(job, error),
    });
  }

  override process(job: BullJob, token = ''): Promise<void> {
    return this.runner.run(job, token);
  }

  /** Not before: a job needs the whole application. */
  onApplicationBootstrap(): void {
    this.worker.run().catch((error: unknown) => this.logger.error({ err: error }, 'the worker ended'));
  }

  /** The first hook of a shutdown, while all that the handlers need is still there. */
  async onModuleDestroy(): Promise<void> {
    const closed = this.worker.close();
    if (!(await settles(closed, this.options.drainMs ?? 25_000))) {
      this.runner.abort();
      if (!(await settles(closed, HAND_BACK_LIMIT))) {
        this.logger.warn(
          {},
          'the worker left without its broker; its jobs are taken over when their locks run out',
        );
        await this.worker.abandon();
      }
    }
    await settles(this.runner.settled(), HAND_BACK_LIMIT);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.error({ err: error }, 'the worker met a fault of the queue');
  }

  @OnWorkerEvent('stalled')
  onStalled(jobId: string): void {
    this.logger.warn({ jobId }, 'a job was taken over from a worker that gave no sign');
  }

  @OnWorkerEvent('lockRenewalFailed')
  onLockLost(jobIds: string[]): void {
    this.runner.abort(jobIds);
  }

  @OnWorkerEvent('completed')
  onCompleted(job: BullJob): void {
    // One that comes by itself every few seconds says itself what is worth a line.
    if (job.repeatJobKey === undefined) {
      const ms = (job.finishedOn ?? 0) - (job.processedOn ?? 0);
      this.logger.info({ ...namesOf(job), ms }, 'a job is done');
    }
    this.report(job, 'completed');
  }

  @OnWorkerEvent('failed')
  onFailed(job: BullJob | undefined, error: Error): void {
    if (job === undefined) return;
    const outcome = job.finishedOn === undefined ? 'retried' : 'failed';
    const details = { err: error, ...namesOf(job), attempt: job.attemptsMade };
    this.logger.warn(
      details,
      outcome === 'failed' ? 'a job failed for good' : 'a job failed, to be tried again',
    );
    // Ended by the broker without a try of ours: JobRunner could not tell the handler.
    if (job.deferredFailure) this.runner.giveUp(job, error);
    this.report(job, outcome);
  }

  private onPutOff(job: BullJob, error: Error): void {
    this.logger.warn({ err: error, ...namesOf(job) }, 'a job waits for a service that is away');
    this.report(job, 'retried');
  }

  private report(job: BullJob, outcome: JobEnd['outcome']): void {
    if (!isJobName(job.name)) return;
    const taken = job.processedOn ?? Date.now();
    this.options.onJobEnd?.({
      name: job.name,
      outcome,
      durationMs: Math.max(0, Date.now() - taken),
      waitMs: Math.max(0, taken - job.timestamp - (job.opts.delay ?? 0)),
    });
  }
}

/**
 * Makes the worker with its options. `@Processor` takes them when a class is declared, where settings are not known yet:
 * so it is applied to a class made here.
 */
export function createJobWorker(registry: HandlerRegistry, options: WorkerOptions): JobWorker {
  class ConfiguredJobWorker extends JobWorker {}
  const lockDuration = options.lockDurationMs ?? 20_000;
  Processor(
    { name: QUEUE_NAME },
    {
      autorun: false,
      concurrency: options.concurrency,
      lockDuration,
      stalledInterval: lockDuration / 2,
      maxStalledCount: 3,
      // After a fault of the connection; BullMQ's 15 s would be the longest part of a broker's restart.
      runRetryDelay: 1_000,
    },
  )(ConfiguredJobWorker);
  return new ConfiguredJobWorker(registry, options);
}

/** What a log line says of a job: with the id of the call that led to it, when there is one. */
function namesOf(job: BullJob): Record<string, unknown> {
  const { requestId } = job.data as { requestId?: string };
  return { jobId: job.id, jobName: job.name, ...(requestId !== undefined && { requestId }) };
}
