import { z } from 'zod';
import { imageStatuses, PictureCode } from '../image.js';
import { pictureJobNames } from '../jobs/jobs.js';

const Count = z.int().nonnegative();
const Timestamp = z.iso.datetime();

/** Minutes that {@link OperationsAnswer} tells the throughput of. */
export const THROUGHPUT_MINUTES = 60;

const JobDepth = z
  .strictObject({
    name: z.enum(pictureJobNames as [string, ...string[]]),
    waiting: Count.meta({ description: 'Ready to be taken.' }),
    active: Count,
    delayed: Count.meta({ description: 'Waiting for their next try.' }),
  })
  .meta({ id: 'JobDepth' });

const WorkerState = z
  .strictObject({
    id: z.string().meta({ description: 'Of the process; another one after a restart.' }),
    host: z.string(),
    since: Timestamp,
    seenAt: Timestamp.meta({ description: 'Its last sign of life; one comes every 5 seconds.' }),
    inHand: Count.meta({ description: 'Jobs it works on, as of `seenAt`.' }),
    concurrency: z.int().positive().meta({ description: 'Jobs that it takes at a time.' }),
  })
  .meta({ id: 'WorkerState' });

const Stored = z.strictObject({ count: Count, bytes: Count }).meta({ id: 'Stored' });

/** How the platform is doing. Whatever is counted of pictures is counted of the caller's own. */
export const OperationsAnswer = z
  .strictObject({
    at: Timestamp,
    queue: z
      .array(JobDepth)
      .nullable()
      .meta({ description: 'By job, the most urgent first; null while the broker does not answer.' }),
    images: z.strictObject(
      Object.fromEntries(imageStatuses.map((status) => [status, Count])) as Record<
        (typeof imageStatuses)[number],
        typeof Count
      >,
    ),
    readyPerMinute: z.array(Count).length(THROUGHPUT_MINUTES).meta({
      description: 'Pictures that became ready in each of the last 60 minutes; the last one has just begun.',
    }),
    failures: z.array(z.strictObject({ code: PictureCode, count: z.int().positive() })).meta({
      description:
        'Pictures that failed in the last 24 hours and still are, by code, the most frequent first.',
    }),
    workers: z.array(WorkerState).meta({ description: 'Those that gave a sign of life lately.' }),
    storage: z.strictObject({ kind: z.enum(['folder', 's3']), originals: Stored, variants: Stored }),
  })
  .meta({ id: 'Operations' });
export type OperationsAnswer = z.infer<typeof OperationsAnswer>;
