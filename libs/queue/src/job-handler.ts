import type { JobName, JobPayload } from '@darkroom/contracts';

/** What a handler knows about the current try. */
export interface JobContext {
  readonly id: string;
  /** The number of this try, from 1. A try that was handed back or whose worker died does not count. */
  readonly attempt: number;
  /** Tries after this one: 0 on the last. */
  readonly attemptsLeft: number;
  /**
   * Aborted when the job goes back to the queue: the worker shuts down, or has lost the job to another one. The handler
   * should then stop soon, by any means; one second later the job goes back regardless.
   */
  readonly signal: AbortSignal;
}

/** Handles the jobs of one name. Delivery is at least once: a second run must end like the first. */
export interface JobHandler<Name extends JobName> {
  readonly name: Name;
  /** Every error is a fault of the system and leads to another try, except a `PictureFault`, which ends the job. */
  handle(payload: JobPayload<Name>, context: JobContext): Promise<void>;
  /**
   * The job will not be tried again: its last try failed, `handle` threw a `PictureFault`, or its workers died too
   * often. Called once; twice only when the worker dies during the call. What it throws is logged.
   */
  exhausted?(payload: JobPayload<Name>, error: unknown): Promise<void>;
}

export type AnyJobHandler = { [Name in JobName]: JobHandler<Name> }[JobName];
