import type { Job, JobName, JobPayload, ScheduledJobName } from '@darkroom/contracts';

/** The token under which Nest injects the {@link JobQueue}. */
export const JOB_QUEUE: unique symbol = Symbol('JOB_QUEUE');

/** The number of jobs in each state. */
export interface JobCounts {
  /** Ready, without a priority. */
  waiting: number;
  /** Ready, the most urgent first. */
  prioritized: number;
  active: number;
  /** Due later: enqueued with a delay, or waiting for their next try. */
  delayed: number;
  /** Kept after they failed for good. */
  failed: number;
  /** Kept after they completed. */
  completed: number;
}

/** How many jobs of one name wait, are active, or wait for their next try. */
export interface JobDepth {
  name: JobName;
  waiting: number;
  active: number;
  delayed: number;
}

/**
 * What the broker knows of a job: `unfinished` while it waits or is active; then how it ended, for as long as the broker
 * keeps that; else `missing`.
 */
export type JobState = 'unfinished' | 'completed' | 'failed' | 'missing';

/** Enqueues work in the one queue. */
export interface JobQueue {
  /**
   * Makes sure that the job runs: once while it is unfinished, once more when it had finished before.
   *
   * @param opts.delay - milliseconds before a worker may take it
   * @throws unavailable when the broker does not answer within 3 s; the job may have been added anyway
   * @throws internal when the payload does not fit its schema
   */
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    opts?: { delay?: number },
  ): Promise<void>;
  /**
   * As {@link enqueue}, for many jobs at once. When it throws, some of them may have been added.
   *
   * @param opts.areNew - whether none of them can have finished before: the broker is not asked for their states
   * @throws unavailable when the broker does not answer within 3 s for any 200 of them
   */
  enqueueAll(jobs: Job[], opts?: { areNew?: boolean }): Promise<void>;
  /**
   * Whether this job is waiting, prioritized, delayed or active: enqueued and not finished.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  has<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<boolean>;
  /**
   * As {@link has}, for many jobs at once and in more detail.
   *
   * @returns a state for each job, in their order
   * @throws unavailable when the broker does not answer within 3 s for any 200 of them
   */
  states(jobs: readonly Job[]): Promise<JobState[]>;
  /**
   * Whether a job waits, ready to start, that any worker would take before this one.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  isMoreUrgentWaiting<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<boolean>;
  /**
   * Makes sure that a job is scheduled at the interval in the contracts; once, however many processes call it and
   * however often. Call it repeatedly: an emptied broker has lost the schedule.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  schedule(name: ScheduledJobName): Promise<void>;
  /** @throws unavailable when the broker does not answer within 3 s */
  counts(): Promise<JobCounts>;
  /**
   * The queue's depth for each job name, the most urgent first. Active and delayed jobs are read one by one, at most
   * 1,000 of each; the rest are not counted.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  depths(): Promise<JobDepth[]>;
  /** @throws unavailable when the broker does not answer within 2 s */
  check(): Promise<void>;
  /** Closes the connection to the broker within 4 s. Nest calls it at shutdown. */
  close(): Promise<void>;
}
