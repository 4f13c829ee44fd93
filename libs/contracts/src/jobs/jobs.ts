import { z } from 'zod';
import { ImageId } from '../image.js';
import { VariantFormat } from '../recipe.js';

/** The one queue; its keys in Redis begin with {@link QUEUE_PREFIX}. */
export const QUEUE_NAME = 'images';
/** The braces are a hash tag: a Redis cluster keeps all keys of the queue in one slot, else it answers CROSSSLOT. */
export const QUEUE_PREFIX = '{darkroom}';

/**
 * `run` counts the processing runs of one image: 1 at upload, one more at each retry. It is part of the job id, so
 * that a retry is a new job, and part of every write, so that a late job of an earlier run changes nothing.
 */
const ImageRun = { imageId: ImageId, run: z.int().positive() };

/** Of the call that led to the job, for the log: one id from the gateway to the worker. The sweep has none to give. */
const RequestId = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .optional();

const ProcessImage = z.object({ ...ImageRun, requestId: RequestId });
const EncodeFormat = z.object({ ...ImageRun, format: VariantFormat, requestId: RequestId });
const RemoveBytes = z.object({ imageId: ImageId });

export interface JobDefinition<Schema extends z.ZodType> {
  payload: Schema;
  /** The same work always has the same id, so that enqueueing twice is one job. BullMQ allows no `:` in it. */
  id: (payload: z.infer<Schema>) => string;
  /** 0 is the most urgent (BullMQ: 0 to 2,097,152). A number stands for one job: what waits is counted by it. */
  priority: number;
  /** Payloads that wait for longer than others of the job, and the priority that they have instead. */
  late?: { priority: number; is: (payload: z.infer<Schema>) => boolean };
  /** Tries in all, for faults of the system. Faults of the picture are never tried again. */
  attempts: number;
  /** Milliseconds before the second try; doubles from there, with jitter. */
  backoff: number;
}

const job = <Schema extends z.ZodType>(definition: JobDefinition<Schema>) => definition;

/**
 * Every job of the platform. `z.object` and not `strictObject`: while a deploy is under way a newer api may send a
 * field that an older worker does not know yet.
 */
export const jobs = {
  /** Decode, make the JPEG variants, describe; the image is `ready` after it. */
  'process-image': job({
    payload: ProcessImage,
    id: ({ imageId, run }) => `process-${imageId}-${run}`,
    priority: 1,
    attempts: 8,
    backoff: 1_000,
  }),
  /** Make the variants of one further format, behind every picture that somebody waits for. */
  'encode-format': job({
    payload: EncodeFormat,
    id: ({ imageId, run, format }) => `encode-${imageId}-${run}-${format}`,
    priority: 10,
    // AVIF takes several times as long to write as WebP: it comes when nothing else is left to do.
    late: { priority: 20, is: ({ format }) => format === 'avif' },
    attempts: 8,
    backoff: 1_000,
  }),
  /** Delete every object of an image whose row is gone. */
  'remove-bytes': job({
    payload: RemoveBytes,
    id: ({ imageId }) => `remove-${imageId}`,
    priority: 5,
    attempts: 12,
    backoff: 1_000,
  }),
} as const;

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export const jobNames = Object.keys(jobs) as JobName[];
export type JobPayload<Name extends JobName> = z.infer<Jobs[Name]['payload']>;
/** A job as a discriminated union over `name`. */
export type Job = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];
