import type { Job, JobName, JobPayload, ScheduledJobName } from '@darkroom/contracts';

/** The token under which Nest injects the {@link JobQueue}. */
export const JOB_QUEUE: unique symbol = Symbol('JOB_QUEUE');

/** How many jobs stand in which state. */
export interface JobCounts {
  /** Ready to be taken, without a priority. */
  waiting: number;
  /** Ready to be taken, most urgent first. */
  prioritized: number;
  active: number;
  /** To be taken later: enqueued with a delay, or waiting for their next try. */
  delayed: number;
  /** Kept after they had failed for good. */
  failed: number;
  /** Kept after they had ended well. */
  completed: number;
}

/** How many jobs of one name wait, are worked on, or are to be tried again later. */
export interface JobDepth {
  name: JobName;
  waiting: number;
  active: number;
  delayed: number;
}

/**
 * What the broker knows of a job: `unfinished` when it waits or is worked on, how it ended while that is still kept, else
 * `missing`.
 */
export type JobState = 'unfinished' | 'completed' | 'failed' | 'missing';

/** Puts work into the one queue. */
export interface JobQueue {
  /**
   * Makes sure that the job will run: at most once while it is unfinished, once more when it had finished before.
   *
   * @param opts.delay - milliseconds before it may be taken
   * @throws unavailable when the broker does not answer within 3 s; the job may be there all the same
   * @throws internal when the payload does not fit its schema
   */
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    opts?: { delay?: number },
  ): Promise<void>;
  /**
   * As {@link enqueue}, for many jobs at once. When it throws, some of them may be there.
   *
   * @throws unavailable when the broker does not answer within 3 s for any 200 of them
   */
  enqueueAll(jobs: Job[]): Promise<void>;
  /**
   * Tells whether this job is waiting, prioritized, delayed or active: enqueued and not finished.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  has<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<boolean>;
  /**
   * As {@link has}, of many jobs at once and more exactly.
   *
   * @returns a state for each job, in their order
   * @throws unavailable when the broker does not answer within 3 s for any 200 of them
   */
  states(jobs: readonly Job[]): Promise<JobState[]>;
  /**
   * Makes sure that a job comes by itself, as often as the contracts say; once, however many call it and however often.
   * To be called again and again: an emptied broker knows of it no more.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  schedule(name: ScheduledJobName): Promise<void>;
  /** @throws unavailable when the broker does not answer within 3 s */
  counts(): Promise<JobCounts>;
  /**
   * How deep the queue is for each job, the most urgent first. Active and delayed jobs are read one by one, at most
   * 1,000 of each: what is beyond is not counted.
   *
   * @throws unavailable when the broker does not answer within 3 s
   */
  depths(): Promise<JobDepth[]>;
  /** @throws unavailable when the broker does not answer within 2 s */
  check(): Promise<void>;
  /** Lets go of the broker, within 4 s. Nest calls it at shutdown. */
  close(): Promise<void>;
}
