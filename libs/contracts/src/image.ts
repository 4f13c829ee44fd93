import { z } from 'zod';
import { VariantFormat } from './formats/variant-format.js';

export const imageStatuses = ['queued', 'processing', 'ready', 'failed', 'quarantined'] as const;
export const ImageStatus = z.enum(imageStatuses).meta({ id: 'ImageStatus' });
export type ImageStatus = z.infer<typeof ImageStatus>;

/** The steps of processing, in order. */
export const pictureSteps = ['reading', 'decoding', 'encoding', 'storing'] as const;
export const PictureStep = z.enum(pictureSteps).meta({ id: 'PictureStep' });
export type PictureStep = z.infer<typeof PictureStep>;

/** Codes of `Image.error`; `docs/errors.md` lists the cause and the cure of each. */
export const pictureCodes = [
  'corrupt_image',
  'unsupported_format',
  'too_many_pixels',
  'too_many_frames',
  'processing_timeout',
  'out_of_memory',
  'decoder_crashed',
  'original_missing',
  'internal',
] as const;
export const PictureCode = z.enum(pictureCodes).meta({ id: 'PictureCode' });
export type PictureCode = z.infer<typeof PictureCode>;

/**
 * A UUID in its canonical lower-case form; the catalogue makes version 7 (RFC 9562). Any UUID passes, so that an
 * unknown id answers `not_found` and a malformed one `invalid_request`.
 */
export const ImageId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
    error: 'the id must be a UUID in lower case, such as 01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11',
  })
  .meta({ id: 'ImageId', format: 'uuid' });

const Timestamp = z.iso.datetime().meta({ description: 'UTC, RFC 3339' });
const Link = z.string().meta({
  format: 'uri-reference',
  description:
    'A signed link that expires: relative to the origin with folder storage, absolute and presigned with S3.',
});

export const ImageError = z
  .strictObject({ code: PictureCode, message: z.string() })
  .meta({ id: 'ImageError', description: 'The reason for the failure, in one sentence.' });
export type ImageError = z.infer<typeof ImageError>;

export const Variant = z
  .strictObject({
    name: z.string(),
    format: VariantFormat,
    width: z.int().positive().meta({ description: 'Pixels.' }),
    height: z.int().positive().meta({ description: 'Pixels.' }),
    bytes: z.int().positive(),
    url: Link,
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof Variant>;

/** Maximum length of a text fact, in UTF-16 units. */
export const FACT_TEXT_MAX = 120;

const FactText = z.string().min(1).max(FACT_TEXT_MAX).nullable();

export const OriginalFacts = z
  .strictObject({
    takenAt: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/)
      .nullable()
      .meta({
        description: 'Local time of the shot, with its UTC offset if the camera recorded one.',
      }),
    camera: FactText.meta({ description: 'Maker and model.' }),
    colourProfile: FactText.meta({
      description: 'Description of the ICC profile, or of the colours that the file names.',
    }),
    frames: z.int().positive().nullable().meta({ description: '1 for a still picture.' }),
    dominantColour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .nullable(),
  })
  .meta({
    id: 'OriginalFacts',
    description: 'Metadata of the original; the variants carry none of it. Unknown facts are null.',
  });
export type OriginalFacts = z.infer<typeof OriginalFacts>;

export const Image = z
  .strictObject({
    id: ImageId,
    status: ImageStatus,
    step: PictureStep.nullable().meta({
      description: 'The current step of processing; null unless the step takes longer than a second.',
    }),
    error: ImageError.nullable(),
    filename: z.string(),
    contentType: z.string().meta({ description: 'Type of the file, detected from its content.' }),
    bytes: z.int().nonnegative(),
    width: z.int().positive().nullable().meta({ description: 'Pixels, upright; null until decoded.' }),
    height: z.int().positive().nullable().meta({ description: 'Pixels, upright; null until decoded.' }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    thumbhash: z.string().nullable().meta({ description: 'Base64 of a ThumbHash; null until decoded.' }),
    facts: OriginalFacts.nullable().meta({ description: 'Null until decoded.' }),
    title: z.string().nullable(),
    caption: z.string().nullable(),
    tags: z.array(z.string()),
    createdAt: Timestamp,
    readyAt: Timestamp.nullable(),
    expiresAt: Timestamp.nullable(),
    original: z.strictObject({ url: Link }),
    variants: z.array(Variant),
  })
  .meta({ id: 'Image' });
export type Image = z.infer<typeof Image>;
