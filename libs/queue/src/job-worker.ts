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

/** Milliseconds after the drain in which jobs stop and go back to the queue; then the connection is cut. */
const HAND_BACK_LIMIT = 5_000;

/** One finished try of a job, for metrics. A job that went back to the queue is not reported. */
export interface JobEnd {
  name: JobName;
  /** `retried`: this try failed and another follows. */
  outcome: 'completed' | 'failed' | 'retried';
  /** Milliseconds from the start of this try to its end. */
  durationMs: number;
  /** Milliseconds from when the job was first due to the start of this try, earlier tries included. */
  waitMs: number;
}

export type WorkerOptions = BrokerOptions & {
  /** Active jobs at a time. */
  concurrency: number;
  /**
   * Milliseconds for which a job stays with a worker that does not renew its lock. Default: 20,000. Another worker takes
   * over a killed worker's jobs after that time and at most half of it again.
   */
  lockDurationMs?: number;
  /** Milliseconds that active jobs get at shutdown before they go back to the queue. Default: 25,000. */
  drainMs?: number;
  onJobEnd?: (end: JobEnd) => void;
  /** Called with the number of active jobs whenever it changes. */
  onInHand?: (count: number) => void;
};

/** Processes jobs while the application runs, and drains when it shuts down. */
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

  /** Not earlier: a job needs the whole application. */
  onApplicationBootstrap(): void {
    this.worker.run().catch((error: unknown) => this.logger.error({ err: error }, 'the worker ended'));
  }

  /** The first hook of a shutdown, while everything that the handlers need still exists. */
  async onModuleDestroy(): Promise<void> {
    const closed = this.worker.close();
    if (!(await settles(closed, this.options.drainMs ?? 25_000))) {
      this.runner.abort();
      if (!(await settles(closed, HAND_BACK_LIMIT))) {
        this.logger.warn(
          {},
          'the worker stopped without its broker; other workers take its jobs over when the locks expire',
        );
        await this.worker.abandon();
      }
    }
    await settles(this.runner.settled(), HAND_BACK_LIMIT);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.error({ err: error }, 'the worker met an error of the queue');
  }

  @OnWorkerEvent('stalled')
  onStalled(jobId: string): void {
    this.logger.warn({ jobId }, 'took a job over from a worker that no longer renewed its lock');
  }

  @OnWorkerEvent('lockRenewalFailed')
  onLockLost(jobIds: string[]): void {
    this.runner.abort(jobIds);
  }

  @OnWorkerEvent('completed')
  onCompleted(job: BullJob): void {
    // A job that is scheduled every few seconds logs itself what is worth a line.
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
    // Ended by the broker without a try in this process: JobRunner could not notify the handler.
    if (job.deferredFailure) this.runner.giveUp(job, error);
    this.report(job, outcome);
  }

  private onPutOff(job: BullJob, error: Error): void {
    this.logger.warn({ err: error, ...namesOf(job) }, 'a job waits for a service that is down');
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
 * Creates the worker class with its options. `@Processor` needs them when a class is declared, before the settings are
 * known, so it is applied to a class created here.
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
      // After a connection error; BullMQ's 15 s would be the longest part of a broker restart.
      runRetryDelay: 1_000,
    },
  )(ConfiguredJobWorker);
  return new ConfiguredJobWorker(registry, options);
}

/** The fields of a log line about a job, with the id of the request that led to it, if any. */
function namesOf(job: BullJob): Record<string, unknown> {
  const { requestId } = job.data as { requestId?: string };
  return { jobId: job.id, jobName: job.name, ...(requestId !== undefined && { requestId }) };
}
