import { z } from 'zod';
import { imageStatuses, PictureCode } from '../image.js';
import { pictureJobNames } from '../jobs/jobs.js';

const Count = z.int().nonnegative();
const Timestamp = z.iso.datetime();

/** Minutes of throughput that {@link OperationsAnswer} reports. */
export const THROUGHPUT_MINUTES = 60;

const JobDepth = z
  .strictObject({
    name: z.enum(pictureJobNames as [string, ...string[]]),
    waiting: Count.meta({ description: 'Ready for a worker.' }),
    active: Count,
    delayed: Count.meta({ description: 'Waiting for the next try.' }),
  })
  .meta({ id: 'JobDepth' });

const WorkerState = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the process; it changes with a restart.' }),
    host: z.string(),
    since: Timestamp,
    seenAt: Timestamp.meta({ description: 'Last heartbeat; a worker sends one every 5 seconds.' }),
    inHand: Count.meta({ description: 'Active jobs, as of `seenAt`.' }),
    concurrency: z.int().positive().meta({ description: 'Jobs that the worker processes at the same time.' }),
  })
  .meta({ id: 'WorkerState' });

const Stored = z.strictObject({ count: Count, bytes: Count }).meta({ id: 'Stored' });

/** The state of the platform. Counts of pictures cover the caller's pictures only. */
export const OperationsAnswer = z
  .strictObject({
    at: Timestamp,
    queue: z
      .array(JobDepth)
      .nullable()
      .meta({ description: 'By job, most urgent first; null while the broker does not answer.' }),
    images: z.strictObject(
      Object.fromEntries(imageStatuses.map((status) => [status, Count])) as Record<
        (typeof imageStatuses)[number],
        typeof Count
      >,
    ),
    readyPerMinute: z.array(Count).length(THROUGHPUT_MINUTES).meta({
      description:
        'Pictures that became ready in each of the last 60 minutes; the last minute is incomplete.',
    }),
    failures: z.array(z.strictObject({ code: PictureCode, count: z.int().positive() })).meta({
      description:
        'Pictures that failed in the last 24 hours and are still failed, by code, most frequent first.',
    }),
    workers: z.array(WorkerState).meta({ description: 'Workers with a recent heartbeat.' }),
    storage: z.strictObject({ kind: z.enum(['folder', 's3']), originals: Stored, variants: Stored }),
  })
  .meta({ id: 'Operations' });
export type OperationsAnswer = z.infer<typeof OperationsAnswer>;
