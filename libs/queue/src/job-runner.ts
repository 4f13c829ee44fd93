import { setTimeout as delay } from 'node:timers/promises';
import type { JobName, JobPayload } from '@darkroom/contracts';
import { isDarkroomError, PictureFault } from '@darkroom/errors';
import { DelayedError, UnrecoverableError, WaitingError, type Job as BullJob } from 'bullmq';
import type { QueueLogger } from './broker-options.js';
import type { HandlerRegistry } from './handler-registry.js';
import { isJobName, parsePayload } from './job-definition.js';
import type { JobContext, JobHandler } from './job-handler.js';

/** Milliseconds in which a handler must stop once its signal is aborted. */
const STOP_GRACE = 1_000;
/** The longest wait between two tries of a job whose services are down, in milliseconds. It resumes that soon after. */
const AWAY_LIMIT = 15_000;
/** How many times, and after how many milliseconds each, to ask a broker that is down itself. */
const PUT_OFF_TRIES = 10;
const PUT_OFF_PAUSE = 1_000;

/** Notifies the code that runs the worker. */
export interface RunnerEvents {
  /** The number of active jobs has changed. */
  onInHand?: ((count: number) => void) | undefined;
  /** A job waits for a service that is down; this try does not count. */
  onPutOff?: ((job: BullJob, error: Error) => void) | undefined;
}

interface Received<Name extends JobName> {
  handler: JobHandler<Name>;
  payload: JobPayload<Name>;
}

/** Runs one job that BullMQ has handed out: parse, handle, classify the error. */
export class JobRunner {
  private readonly inHand = new Map<string, AbortController>();
  private readonly closing = new Set<Promise<void>>();

  constructor(
    private readonly registry: HandlerRegistry,
    private readonly logger: QueueLogger,
    private readonly events: RunnerEvents = {},
  ) {}

  /**
   * @param token - proves to the broker that this worker holds the job
   * @throws UnrecoverableError when another try would end the same way
   * @throws WaitingError when the job went back to the queue, which is not a fault
   * @throws DelayedError when a service is down: the job waits for as long as that lasts
   */
  async run(job: BullJob, token: string): Promise<void> {
    const received = this.receive(job);
    const id = String(job.id);
    const controller = new AbortController();
    this.inHand.set(id, controller);
    this.events.onInHand?.(this.inHand.size);
    try {
      const handled = received.handler.handle(received.payload, contextOf(job, controller.signal));
      await Promise.race([handled, stopped(controller.signal)]);
    } catch (error) {
      if (controller.signal.aborted) await this.handBack(job, token);
      if (isDarkroomError(error, 'unavailable')) await this.putOff(job, token, error);
      throw await this.judge(job, received, error);
    } finally {
      if (this.inHand.get(id) === controller) this.inHand.delete(id);
      this.events.onInHand?.(this.inHand.size);
    }
  }

  /** Aborts the signals of these jobs, so that they go back to the queue. Default: all active jobs. */
  abort(ids: Iterable<string> = [...this.inHand.keys()]): void {
    for (const id of ids) this.inHand.get(id)?.abort();
  }

  /** Notifies the handler that the broker has ended the job, because its workers died too often. */
  giveUp(job: BullJob, error: unknown): void {
    const done = this.exhaust(job, this.receive(job), error).finally(() => this.closing.delete(done));
    this.closing.add(done);
  }

  /** Resolves when every {@link giveUp} call has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.closing);
  }

  private receive(job: BullJob): Received<JobName> {
    const { id, name } = job;
    if (!isJobName(name)) {
      this.logger.error({ jobId: id, jobName: name }, 'refused a job with an unknown name');
      throw new UnrecoverableError(`There is no job ${name}.`);
    }
    try {
      return { handler: this.registry.get(name), payload: parsePayload(name, job.data) };
    } catch (error) {
      this.logger.error({ err: error, jobId: id, jobName: name }, 'refused a job with an invalid payload');
      throw new UnrecoverableError(`The payload of the job ${name} does not fit its schema.`);
    }
  }

  private async judge(job: BullJob, received: Received<JobName>, error: unknown): Promise<Error> {
    const permanent = error instanceof PictureFault;
    if (permanent || attemptsLeft(job) === 0) await this.exhaust(job, received, error);
    if (permanent) {
      return Object.assign(new UnrecoverableError(error.message), { cause: error });
    }
    return error instanceof Error ? error : new Error('The handler threw no Error.', { cause: error });
  }

  private async exhaust(job: BullJob, { handler, payload }: Received<JobName>, error: unknown) {
    try {
      await handler.exhausted?.(payload, error);
    } catch (fault) {
      this.logger.error(
        { err: fault, jobId: job.id, jobName: job.name },
        'could not report a failed job to its handler',
      );
    }
  }

  /** @throws DelayedError when the job now waits; returns when the broker did not accept it */
  private async putOff(job: BullJob, token: string, error: Error): Promise<void> {
    for (let tries = 1; tries <= PUT_OFF_TRIES; tries += 1) {
      try {
        await job.moveToDelayed(Date.now() + awayDelay(job), token);
      } catch {
        // On PostgreSQL the broker is down together with the catalogue.
        await delay(PUT_OFF_PAUSE);
        continue;
      }
      this.events.onPutOff?.(job, error);
      throw new DelayedError();
    }
  }

  private async handBack(job: BullJob, token: string): Promise<never> {
    try {
      await job.moveToWait(token);
      this.logger.info({ jobId: job.id, jobName: job.name }, 'a job went back to the queue unfinished');
    } catch (error) {
      // The lock expires and another worker takes the job over.
      this.logger.warn(
        { err: error, jobId: job.id, jobName: job.name },
        'a job could not go back to the queue',
      );
    }
    throw new WaitingError();
  }
}

/** Half of it is random, so that jobs that failed together are not retried together. */
function awayDelay(job: BullJob): number {
  const longest = Math.min(AWAY_LIMIT, 500 * 2 ** Math.min(job.attemptsStarted, 10));
  return Math.round(longest * (0.5 + Math.random() / 2));
}

function attemptsLeft(job: BullJob): number {
  return Math.max(0, (job.opts.attempts ?? 1) - job.attemptsMade - 1);
}

function contextOf(job: BullJob, signal: AbortSignal): JobContext {
  return {
    id: String(job.id),
    attempt: job.attemptsMade + 1,
    attemptsLeft: attemptsLeft(job),
    signal,
  };
}

/** Rejects when the signal was aborted and its grace period is over. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), STOP_GRACE).unref(), {
      once: true,
    });
  });
}
