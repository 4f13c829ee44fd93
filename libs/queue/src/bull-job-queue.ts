import {
  type Job,
  type JobName,
  type JobPayload,
  jobNames,
  jobs as definitions,
  pictureJobNames,
  type ScheduledJobName,
} from '@darkroom/contracts';
import type { JobType, Queue } from 'bullmq';
import type { QueueLogger } from './broker-options.js';
import { bullJobOptions, interval, jobId, parsePayload, priorities } from './job-definition.js';
import type { JobCounts, JobDepth, JobQueue, JobState } from './job-queue.js';
import { within, withSecondTry } from './within.js';

/** The longest that a caller waits for the broker, in milliseconds. */
const ANSWER_LIMIT = 3_000;
const CHECK_LIMIT = 2_000;
/** Jobs sent to the broker in one call. */
const BULK = 200;
/** Jobs of one state that are read to count them by name. */
const NAMED = 1_000;

/** The most urgent first. */
const byUrgency = pictureJobNames.toSorted((a, b) => definitions[a].priority - definitions[b].priority);

const UNFINISHED = new Set(['waiting', 'prioritized', 'delayed', 'active', 'waiting-children']);
const FINISHED = new Set(['completed', 'failed']);

type BullEntry = { name: string; data: unknown; opts: ReturnType<typeof bullJobOptions> };

/** The {@link JobQueue} over BullMQ, on either broker. */
export class BullJobQueue implements JobQueue {
  constructor(
    private readonly queue: Queue,
    logger: QueueLogger,
  ) {
    // An 'error' event without a listener ends the process; the connection reopens itself.
    queue.on('error', (error) => logger.error({ err: error }, 'the connection to the queue failed'));
  }

  async enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    opts: { delay?: number } = {},
  ): Promise<void> {
    const job = entry(name, payload, opts.delay);
    await answer(() => this.add([job]));
  }

  async enqueueAll(jobs: Job[], { areNew = false }: { areNew?: boolean } = {}): Promise<void> {
    const entries = jobs.map((job) => entry(job.name, job.payload));
    for (let start = 0; start < entries.length; start += BULK) {
      const some = entries.slice(start, start + BULK);
      await answer(() => (areNew ? this.addNew(some) : this.add(some)));
    }
  }

  async has<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<boolean> {
    const id = jobId(name, parsePayload(name, payload));
    return UNFINISHED.has(await answer(() => this.queue.getJobState(id)));
  }

  async states(jobs: readonly Job[]): Promise<JobState[]> {
    const ids = jobs.map((job) => jobId(job.name, job.payload));
    const states: JobState[] = [];
    for (let start = 0; start < ids.length; start += BULK) {
      const some = ids.slice(start, start + BULK);
      states.push(...(await answer(() => Promise.all(some.map((id) => this.readState(id))))));
    }
    return states;
  }

  async isMoreUrgentWaiting<Name extends JobName>(name: Name, payload: JobPayload<Name>): Promise<boolean> {
    const { priority = 0 } = bullJobOptions(name, parsePayload(name, payload));
    const moreUrgent = jobNames.flatMap(priorities).filter((other) => other < priority);
    const waiting = await answer(() => this.queue.getCountsPerPriority(moreUrgent));
    return Object.values(waiting).some((count) => count > 0);
  }

  async schedule(name: ScheduledJobName): Promise<void> {
    await answer(() => this.putSchedule(name));
  }

  counts(): Promise<JobCounts> {
    return answer(() => this.readCounts());
  }

  depths(): Promise<JobDepth[]> {
    return answer(() => this.readDepths());
  }

  async check(): Promise<void> {
    await within(CHECK_LIMIT, this.readCounts());
  }

  async close(): Promise<void> {
    await this.queue.close();
  }

  /** BullMQ ignores a job whose id it still keeps, finished or not: finished ones are removed first. */
  private async add(entries: BullEntry[]): Promise<void> {
    await Promise.all(entries.map(({ opts }) => this.removeFinished(opts.jobId)));
    await this.addNew(entries);
  }

  private async addNew(entries: BullEntry[]): Promise<void> {
    const [first] = entries;
    // A single job is one script, without a transaction around it.
    if (entries.length === 1 && first !== undefined) await this.queue.add(first.name, first.data, first.opts);
    else await this.queue.addBulk(entries);
  }

  /**
   * With two callers at once, the later one may remove the job that the earlier one has just added, and adds it again.
   * BullMQ does not remove a job that a worker holds.
   */
  private async removeFinished(id: string): Promise<void> {
    if (FINISHED.has(await this.queue.getJobState(id))) await this.queue.remove(id);
  }

  private async readState(id: string): Promise<JobState> {
    const state = await this.queue.getJobState(id);
    if (state === 'completed' || state === 'failed') return state;
    return UNFINISHED.has(state) ? 'unfinished' : 'missing';
  }

  /**
   * A schedule that exists and is on time is left alone, because adding it again moves its next run. It is late when the
   * worker that should have planned the next run died, or planned it by a wrong clock.
   */
  private async putSchedule(name: ScheduledJobName): Promise<void> {
    const every = interval(name);
    const data = parsePayload(name, {});
    const { priority = 0, attempts = 1 } = bullJobOptions(name, data);
    const kept = await this.queue.getJobScheduler(name);
    const isInTime = kept?.next !== undefined && Math.abs(kept.next - Date.now()) < 2 * every;
    if (isInTime && kept.every === every) return;
    const opts = { priority, attempts, removeOnComplete: { count: 10 }, removeOnFail: { count: 10 } };
    await this.queue.upsertJobScheduler(name, { every }, { name, data, opts });
  }

  private async readDepths(): Promise<JobDepth[]> {
    const [waiting, active, delayed] = await Promise.all([
      this.queue.getCountsPerPriority(byUrgency.flatMap(priorities)),
      this.namesOf('active'),
      this.namesOf('delayed'),
    ]);
    return byUrgency.map((name) => ({
      name,
      waiting: priorities(name).reduce((sum, priority) => sum + (waiting[priority] ?? 0), 0),
      active: active.filter((other) => other === name).length,
      delayed: delayed.filter((other) => other === name).length,
    }));
  }

  private async namesOf(state: JobType): Promise<string[]> {
    const found = await this.queue.getJobs([state], 0, NAMED - 1);
    return found.map((job) => job.name);
  }

  private async readCounts(): Promise<JobCounts> {
    const counts = await this.queue.getJobCounts(
      'waiting',
      'prioritized',
      'active',
      'delayed',
      'failed',
      'completed',
    );
    return {
      waiting: counts.waiting ?? 0,
      prioritized: counts.prioritized ?? 0,
      active: counts.active ?? 0,
      delayed: counts.delayed ?? 0,
      failed: counts.failed ?? 0,
      completed: counts.completed ?? 0,
    };
  }
}

function answer<T>(ask: () => Promise<T>): Promise<T> {
  return within(ANSWER_LIMIT, withSecondTry(ask));
}

function entry<Name extends JobName>(name: Name, payload: JobPayload<Name>, delay?: number): BullEntry {
  const data = parsePayload(name, payload);
  return { name, data, opts: bullJobOptions(name, data, delay) };
}
