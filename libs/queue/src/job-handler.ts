import type { JobName, JobPayload } from '@darkroom/contracts';

/** What a handler knows about the try that it makes. */
export interface JobContext {
  readonly id: string;
  /** The number of this try, from 1. A try that was handed back or whose worker died does not count. */
  readonly attempt: number;
  /** Tries after this one: 0 on the last. */
  readonly attemptsLeft: number;
  /**
   * Aborted when the job is to be handed back: the worker shuts down, or has lost the job to another one. The handler
   * should then stop soon, in whichever way; one second later the job is handed back without it.
   */
  readonly signal: AbortSignal;
}

/** Does the jobs of one name. Delivery is at least once: a second run must end as the first. */
export interface JobHandler<Name extends JobName> {
  readonly name: Name;
  /** Whatever it throws is a fault of the system and is tried again, except a `PictureFault`: that ends the job. */
  handle(payload: JobPayload<Name>, context: JobContext): Promise<void>;
  /**
   * The job will not be tried again: its last try failed, a `PictureFault` came out of `handle`, or its workers died
   * too often. Called once, in rare cases (the worker dies right here) once more. What it throws is logged.
   */
  exhausted?(payload: JobPayload<Name>, error: unknown): Promise<void>;
}

export type AnyJobHandler = { [Name in JobName]: JobHandler<Name> }[JobName];
