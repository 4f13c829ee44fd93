import { z } from 'zod';
import { outputFormats } from '../formats/output-formats.js';
import { VariantFormat } from '../formats/variant-format.js';
import { ImageId } from '../image.js';

/** The one queue; its keys in Redis begin with {@link QUEUE_PREFIX}. */
export const QUEUE_NAME = 'images';
/** The braces are a hash tag: a Redis cluster keeps all keys of the queue in one slot, else it answers CROSSSLOT. */
export const QUEUE_PREFIX = '{darkroom}';

/**
 * `run` counts the processing runs of one image: 1 at upload, one more at each retry. It is part of the job id, so
 * that a retry is a new job, and part of every write, so that a late job of an earlier run changes nothing.
 */
const ImageRun = { imageId: ImageId, run: z.int().positive() };

/** Of the call that led to the job, for the log: one id from the gateway to the worker. The reconciler has none to give. */
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
  /** The same work always has the same id, so that enqueueing twice is one job. BullMQ allows no `:` in it. */
  id: (payload: z.infer<Schema>) => string;
  /** 0 is the most urgent (BullMQ: 0 to 2,097,152). A number stands for one job: what waits is counted by it. */
  priority: number;
  /** Payloads that wait for longer than others of the job, and the priority that they have instead. */
  late?: { priority: number; is: (payload: z.infer<Schema>) => boolean };
  /**
   * Tries in all, for faults that nobody has foreseen. A service that is away is waited for, whatever this says; faults of
   * the picture are never tried again.
   */
  attempts: number;
  /** Milliseconds before the second try; doubles from there, with jitter. */
  backoff: number;
}

const job = <Schema extends z.ZodType>(definition: JobDefinition<Schema>) => definition;
/** A job that comes by itself; nobody enqueues it. @param every - milliseconds between two runs */
const scheduled = <Schema extends z.ZodType>(every: number, definition: JobDefinition<Schema>) => ({
  ...definition,
  every,
});

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
    // A slow format is encoded when nothing else is left to do.
    late: { priority: 20, is: ({ format }) => outputFormats[format].slow },
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
  /** Compare catalogue, queue and storage, and put right what a crash between two steps has left. */
  reconcile: scheduled(15_000, {
    payload: Reconcile,
    id: () => 'reconcile',
    // Before whatever waits: it finds what nobody else does.
    priority: 0,
    // The next run does what this one could not.
    attempts: 1,
    backoff: 1_000,
  }),
} as const;

export type Jobs = typeof jobs;
export type JobName = keyof Jobs;
export const jobNames = Object.keys(jobs) as JobName[];
/** Jobs that are done for somebody's picture; the others come by themselves. */
export const pictureJobNames = jobNames.filter((name) => !('every' in jobs[name]));
export type JobPayload<Name extends JobName> = z.infer<Jobs[Name]['payload']>;
/** Jobs that come by themselves. */
export type ScheduledJobName = {
  [Name in JobName]: Jobs[Name] extends { every: number } ? Name : never;
}[JobName];
/** A job as a discriminated union over `name`. */
export type Job = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];
