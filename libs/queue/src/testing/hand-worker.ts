import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { QUEUE_NAME } from '@darkroom/contracts';
import { DelayedError, type Job as BullJob, WaitingError } from 'bullmq';
import { BrokerQueue, BrokerWorker, bullOptions } from '../broker-backend.js';
import type { BrokerOptions } from '../broker-options.js';
import { BullJobQueue } from '../bull-job-queue.js';
import { HandlerRegistry } from '../handler-registry.js';
import type { AnyJobHandler } from '../job-handler.js';
import type { JobQueue } from '../job-queue.js';
import { JobRunner } from '../job-runner.js';

/** Milliseconds; long enough that no lock expires during a test. */
const LOCK = 600_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A job that a test took. It belongs to this worker until it has run or its lock is lost. */
export interface HeldJob {
  name: string;
  /** Runs the handler and reports the outcome to the broker, as a worker does. */
  run(): Promise<void>;
  /** Lets the lock expire, as that of a worker that died or hangs: the job goes back to the queue. */
  expire(): Promise<void>;
}

/** The real queue and a worker's real error handling; each job starts and ends when the test decides. */
export class HandWorker {
  readonly queue: JobQueue;
  readonly #queue: BrokerQueue;
  readonly #worker: BrokerWorker;
  readonly #runner: JobRunner;

  private constructor(queue: BrokerQueue, worker: BrokerWorker, runner: JobRunner) {
    this.#queue = queue;
    this.#worker = worker;
    this.#runner = runner;
    this.queue = new BullJobQueue(queue, SILENT);
  }

  /** @param handlers - created from the queue, because some handlers enqueue */
  static async open(
    options: BrokerOptions,
    handlers: (queue: JobQueue) => readonly AnyJobHandler[],
  ): Promise<HandWorker> {
    const opts = bullOptions(options);
    const queue = new BrokerQueue(QUEUE_NAME, opts);
    const worker = new BrokerWorker(
      QUEUE_NAME,
      () => Promise.reject(new Error('this worker takes jobs one by one')),
      {
        ...opts,
        autorun: false,
        lockDuration: LOCK,
        stalledInterval: 1,
        maxStalledCount: 1_000,
      },
    );
    await worker.waitUntilReady();
    const bull = new BullJobQueue(queue, SILENT);
    const runner = new JobRunner(new HandlerRegistry(handlers(bull)), SILENT);
    return new HandWorker(queue, worker, runner);
  }

  /** Takes the most urgent waiting job. */
  async take(): Promise<HeldJob | undefined> {
    const token = randomUUID();
    const job = (await this.#worker.getNextJob(token, { block: false })) as BullJob | undefined;
    if (job === undefined) return undefined;
    return {
      name: job.name,
      run: () => this.#run(job, token),
      expire: async () => {
        await job.extendLock(token, 1).catch(() => undefined);
        await pause(5);
        await this.#takeOver();
      },
    };
  }

  /** Makes the jobs due that wait for their next try. */
  async hurry(): Promise<void> {
    await this.#queue.promoteJobs();
  }

  /** Loses every job, as a Redis that restarts empty. */
  async lose(): Promise<void> {
    await this.#queue.obliterate({ force: true });
  }

  async close(): Promise<void> {
    await this.#worker.close(true);
    await this.#queue.close();
  }

  async #run(job: BullJob, token: string): Promise<void> {
    try {
      await this.#runner.run(job, token);
    } catch (error) {
      if (error instanceof WaitingError || error instanceof DelayedError) return;
      await job.moveToFailed(error as Error, token).catch(() => undefined);
      return;
    }
    // A job whose lock was lost belongs to another worker by now.
    await job.moveToCompleted(undefined, token, false).catch(() => undefined);
  }

  /** The check that a worker repeats: the first marks jobs without a lock, the second returns them to the queue. */
  async #takeOver(): Promise<void> {
    for (let look = 0; look < 2; look += 1) {
      await this.#worker.backend.moveStalledJobsToWait();
      await pause(2);
    }
  }
}
