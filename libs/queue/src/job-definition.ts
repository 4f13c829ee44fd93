import { jobs, type JobName, type JobPayload, type ScheduledJobName } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { JobsOptions } from 'bullmq';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** A definition of the contracts, typed by the name of its job. */
interface Definition<Payload> {
  payload: {
    safeParse(value: unknown): { success: true; data: Payload } | { success: false; error: Error };
  };
  id(payload: Payload): string;
  priority: number;
  late?: { priority: number; is: (payload: Payload) => boolean };
  attempts: number;
  backoff: number;
}

function definition<Name extends JobName>(name: Name): Definition<JobPayload<Name>> {
  // TypeScript does not follow that jobs[name] and JobPayload<Name> belong together.
  return jobs[name] as unknown as Definition<JobPayload<Name>>;
}

/** Whether the contracts define a job of this name. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name);
}

/**
 * Parses the payload of a job.
 *
 * @throws internal when it does not fit the schema of the contracts
 */
export function parsePayload<Name extends JobName>(name: Name, payload: unknown): JobPayload<Name> {
  const result = definition(name).payload.safeParse(payload);
  if (!result.success) {
    throw doorError('internal', `The payload of a job ${name} does not fit its schema.`, {
      cause: result.error,
    });
  }
  return result.data;
}

/** Every priority that jobs of a name can have, the most urgent first. */
export function priorities(name: JobName): number[] {
  const { priority, late } = definition(name);
  return late === undefined ? [priority] : [priority, late.priority];
}

/** Milliseconds between two runs of a scheduled job. */
export function interval(name: ScheduledJobName): number {
  return jobs[name].every;
}

/** The job's id: equal work has the same id, and so is one job. */
export function jobId<Name extends JobName>(name: Name, payload: JobPayload<Name>): string {
  return definition(name).id(payload);
}

/**
 * BullMQ's options for a job.
 *
 * @param delay - milliseconds before a worker may take it. Default: 0
 */
export function bullJobOptions<Name extends JobName>(
  name: Name,
  payload: JobPayload<Name>,
  delay = 0,
): JobsOptions & { jobId: string } {
  const { priority, late, attempts, backoff } = definition(name);
  return {
    jobId: jobId(name, payload),
    priority: late?.is(payload) === true ? late.priority : priority,
    attempts,
    delay,
    // Half of each wait is random, so that jobs that failed together are not retried together.
    backoff: { type: 'exponential', delay: backoff, jitter: 0.5 },
    // Kept for people who inspect the queue; enqueueing the same id again replaces a finished job.
    removeOnComplete: { count: 1_000, age: HOUR },
    removeOnFail: { count: 1_000, age: 7 * DAY },
  };
}
