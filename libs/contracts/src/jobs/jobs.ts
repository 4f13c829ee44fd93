import { z } from 'zod';
import { outputFormats } from '../formats/output-formats.js';
import { VariantFormat } from '../formats/variant-format.js';
import { ImageId } from '../image.js';

/** The only queue; its keys in Redis begin with {@link QUEUE_PREFIX}. */
export const QUEUE_NAME = 'images';
/** The braces are a hash tag: a Redis cluster keeps all keys in one slot. Without them it answers CROSSSLOT. */
export const QUEUE_PREFIX = '{darkroom}';

/**
 * `run` counts the processing runs of one image: 1 at upload, one more at each retry. It is part of the job id, so
 * that a retry is a new job, and part of every write, so that a late job of an earlier run changes nothing.
 */
const ImageRun = { imageId: ImageId, run: z.int().positive() };

/** Id of the request that caused the job, for the logs from gateway to worker. The reconciler has none. */
const RequestId = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .optional();

const ProcessImage = z.object({ ...ImageRun, requestId: RequestId });
const EncodeFormat = z.object({ ...ImageRun, format: VariantFormat, requestId: RequestId });
const RemoveBytes = z.object({ imageId: ImageId });
const Reconcile = z.object({});

export interface JobDefinition<Schema extends z.ZodType> {
  payload: Schema;
  /** The same work always has the same id, so that enqueueing it twice makes one job. BullMQ allows no `:` in it. */
  id: (payload: z.infer<Schema>) => string;
  /** 0 comes first (BullMQ: 0 to 2,097,152). Each number belongs to one job: waiting jobs are counted by it. */
  priority: number;
  /** Payloads that can wait longer than others of the job, and their priority. */
  late?: { priority: number; is: (payload: z.infer<Schema>) => boolean };
  /**
   * Tries in all, for unexpected errors. A job waits for a service that is down without using up tries; errors of the
   * picture are never retried.
   */
  attempts: number;
  /** Milliseconds before the second try; doubles with each further try, with jitter. */
  backoff: number;
}

const job = <Schema extends z.ZodType>(definition: JobDefinition<Schema>) => definition;
/** A job that the queue starts on a schedule. @param every - milliseconds between two runs */
const scheduled = <Schema extends z.ZodType>(every: number, definition: JobDefinition<Schema>) => ({
  ...definition,
  every,
});

/**
 * Every job of the platform. `z.object` and not `strictObject`: during a deploy, a newer api may send a field that an
 * older worker does not know.
 */
export const jobs = {
  /** Decodes the picture, encodes the JPEG variants and reads the facts; the image is `ready` after it. */
  'process-image': job({
    payload: ProcessImage,
    id: ({ imageId, run }) => `process-${imageId}-${run}`,
    priority: 1,
    attempts: 8,
    backoff: 1_000,
  }),
  /** Encodes the variants of one further format, after every picture that a user waits for. */
  'encode-format': job({
    payload: EncodeFormat,
    id: ({ imageId, run, format }) => `encode-${imageId}-${run}-${format}`,
    priority: 10,
    // A slow format is encoded when nothing else is left to do.
    late: { priority: 20, is: ({ format }) => outputFormats[format].slow },
    attempts: 8,
    backoff: 1_000,
  }),
  /** Deletes every object of an image whose row is deleted. */
  'remove-bytes': job({
    payload: RemoveBytes,
    id: ({ imageId }) => `remove-${imageId}`,
    priority: 5,
    attempts: 12,
    backoff: 1_000,
  }),
  /** Compares catalogue, queue and storage, and repairs what a crash between two steps left behind. */
  reconcile: scheduled(15_000, {
    payload: Reconcile,
    id: () => 'reconcile',
    // Before every waiting job: it finds work that no other job finds.
    priority: 0,
    // The next run catches up on a failed one.
    attempts: 1,
    backoff: 1_000,
  }),
} as const;

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export const jobNames = Object.keys(jobs) as JobName[];
/** Jobs that process a picture; the others run on a schedule. */
export const pictureJobNames = jobNames.filter((name) => !('every' in jobs[name]));
export type JobPayload<Name extends JobName> = z.infer<Jobs[Name]['payload']>;
/** Jobs that run on a schedule. */
export type ScheduledJobName = {
  [Name in JobName]: Jobs[Name] extends { every: number } ? Name : never;
}[JobName];
/** A job as a discriminated union over `name`. */
export type Job = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];
