import { z } from 'zod';
import { Image, ImageId } from '../image.js';

/** Problem codes of the HTTP interface; `docs/errors.md` lists the cause and the cure of each. */
export const doorCodes = [
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'too_large',
  'unsupported_media_type',
  'invalid_request',
  'rate_limited',
  'too_much_waiting',
  'internal',
  'unavailable',
] as const;
export const ProblemCode = z.enum(doorCodes).meta({ id: 'ProblemCode' });
export type ProblemCode = z.infer<typeof ProblemCode>;

/** RFC 9457 problem details, media type `application/problem+json`. */
export const Problem = z
  .strictObject({
    type: z.string().meta({ format: 'uri-reference' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional().meta({ description: 'The request id, as in the logs.' }),
    code: ProblemCode,
    errors: z
      .array(
        z.strictObject({ field: z.string().optional(), pointer: z.string().optional(), message: z.string() }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

export const RejectedFile = z
  .strictObject({ filename: z.string(), code: ProblemCode, message: z.string() })
  .meta({ id: 'RejectedFile' });
export type RejectedFile = z.infer<typeof RejectedFile>;

export const UploadAnswer = z
  .strictObject({ items: z.array(Image), rejected: z.array(RejectedFile) })
  .meta({ id: 'UploadAnswer' });
export type UploadAnswer = z.infer<typeof UploadAnswer>;

export const ImagePage = z
  .strictObject({ items: z.array(Image), nextCursor: z.string().nullable() })
  .meta({ id: 'ImagePage' });
export type ImagePage = z.infer<typeof ImagePage>;

export const TagList = z
  .strictObject({ items: z.array(z.strictObject({ tag: z.string(), count: z.int().positive() })) })
  .meta({ id: 'TagList' });
export type TagList = z.infer<typeof TagList>;

/** The limits of uploads and of a picture's texts, for clients that check before they send. */
export const LimitsAnswer = z
  .strictObject({
    maxBytes: z.int().positive().meta({ description: 'Bytes per file.' }),
    maxRequestBytes: z.int().positive().meta({ description: 'Bytes per request, all files included.' }),
    maxFiles: z.int().positive().meta({ description: 'Files per request.' }),
    contentTypes: z
      .array(z.string())
      .meta({ description: 'Accepted types. The content decides, not the name.' }),
    maxPixels: z
      .int()
      .positive()
      .meta({ description: 'Pixels per picture; more fail with `too_many_pixels`.' }),
    maxFrames: z
      .int()
      .positive()
      .meta({ description: 'Frames per picture; more fail with `too_many_frames`.' }),
    titleLength: z.int().positive().meta({ description: 'Characters (Unicode code points).' }),
    captionLength: z.int().positive().meta({ description: 'Characters (Unicode code points).' }),
    tagLength: z.int().positive().meta({ description: 'Characters (Unicode code points).' }),
    tags: z.int().positive().meta({ description: 'Tags per picture.' }),
    archive: z.int().positive().meta({ description: 'Pictures per archive.' }),
  })
  .meta({ id: 'Limits' });
export type LimitsAnswer = z.infer<typeof LimitsAnswer>;

export const SessionAnswer = z
  .strictObject({ access: z.enum(['open', 'token']), signedIn: z.boolean() })
  .meta({ id: 'SessionAnswer' });
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const HealthAnswer = z.strictObject({ status: z.literal('alive') }).meta({ id: 'Health' });
export const ReadyAnswer = z
  .strictObject({
    status: z.literal('ready'),
    checks: z.record(z.string(), z.literal('up')),
  })
  .meta({ id: 'Readiness' });
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

/** Data of a `deleted` event. */
export const DeletedEvent = z.strictObject({ id: ImageId }).meta({ id: 'DeletedEvent' });
export type DeletedEvent = z.infer<typeof DeletedEvent>;
