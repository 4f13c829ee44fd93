import { z } from 'zod';
import { VariantFormat } from './formats/variant-format.js';

export const imageStatuses = ['queued', 'processing', 'ready', 'failed', 'quarantined'] as const;
export const ImageStatus = z.enum(imageStatuses).meta({ id: 'ImageStatus' });
export type ImageStatus = z.infer<typeof ImageStatus>;

/** What a worker does with a picture, in its order. */
export const pictureSteps = ['reading', 'decoding', 'encoding', 'storing'] as const;
export const PictureStep = z.enum(pictureSteps).meta({ id: 'PictureStep' });
export type PictureStep = z.infer<typeof PictureStep>;

/** Codes that stand in `Image.error`; `docs/errors.md` gives cause and cure of each. */
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
 * A UUID in its canonical lower-case form, as the catalogue makes them (version 7, RFC 9562). Any UUID passes, so
 * that an id nobody made answers `not_found` and a malformed one `invalid_request`.
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
  description: 'Signed and expiring: relative to the origin on a folder, absolute and presigned on S3.',
});

export const ImageError = z
  .strictObject({ code: PictureCode, message: z.string() })
  .meta({ id: 'ImageError', description: 'Why the picture failed, in one plain sentence.' });
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

/** Of the text facts, in UTF-16 units. */
export const FACT_TEXT_MAX = 120;

const FactText = z.string().min(1).max(FACT_TEXT_MAX).nullable();

export const OriginalFacts = z
  .strictObject({
    takenAt: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/)
      .nullable()
      .meta({
        description: 'Local time of the shot, with its distance from UTC where the camera wrote that.',
      }),
    camera: FactText.meta({ description: 'Maker and model.' }),
    colourProfile: FactText.meta({ description: 'Description of the embedded ICC profile.' }),
    frames: z.int().positive().nullable().meta({ description: '1 for a still picture.' }),
    dominantColour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/)
      .nullable(),
  })
  .meta({
    id: 'OriginalFacts',
    description: 'What the original says of itself; the variants say none of it. Each is null when unknown.',
  });
export type OriginalFacts = z.infer<typeof OriginalFacts>;

export const Image = z
  .strictObject({
    id: ImageId,
    status: ImageStatus,
    step: PictureStep.nullable().meta({
      description: 'What a worker does with it now; null unless that takes longer than a second.',
    }),
    error: ImageError.nullable(),
    filename: z.string(),
    contentType: z.string().meta({ description: 'What the bytes are, told by their content.' }),
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
