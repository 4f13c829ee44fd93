import { z } from 'zod';
import { variantFormats } from '../formats/output-formats.js';
import { ImageId, ImageStatus } from '../image.js';
import {
  ARCHIVE_MAX,
  CAPTION_MAX,
  EXPIRES_IN_MAX,
  EXPIRES_IN_MIN,
  IDEMPOTENCY_KEY_MAX,
  PAGE_DEFAULT,
  PAGE_MAX,
  QUERY_MAX,
  TAG_MAX,
  TAGS_MAX,
  TITLE_MAX,
} from '../limits.js';
import { defaultRecipe } from '../recipe.js';
import { isStorable, HAS_LETTER, NO_NUL, text } from '../text.js';

// `input` in the metadata is the JSON Schema of what a client sends, where zod's own is less precise: forms and queries
// arrive as texts, and refinements have no JSON Schema. openapi/schemas.ts puts it into the document.

/** An empty text clears the field: it is stored as null. */
const emptyIsNull = (value: string | null): string | null => (value === '' ? null : value);

const Title = text('title', TITLE_MAX);
const Caption = text('caption', CAPTION_MAX);
const Tag = text('a tag', TAG_MAX).transform((tag) => tag.toLowerCase());

const Tags = z
  .array(Tag)
  // No `maxItems`: of more tags, some may be equal once they are in lower case.
  .meta({
    description: `Up to ${TAGS_MAX} distinct tags, stored in lower case; empty tags are left out.`,
  })
  .transform((tags) => [...new Set(tags.filter((tag) => tag !== ''))])
  .refine((tags) => tags.length <= TAGS_MAX, {
    error: (issue) =>
      `a picture can have up to ${TAGS_MAX} distinct tags, got ${(issue.input as string[]).length}`,
  });

const EXPIRES_MESSAGE = `expiresIn must be a whole number of seconds from ${EXPIRES_IN_MIN} to ${EXPIRES_IN_MAX.toLocaleString('en')} (10 years)`;

const WholeNumber = (message: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: message, abort: true })
    .transform(Number);

/** Form fields of `POST /api/images`, without the files. Every value arrives as a text. */
export const UploadFields = z.strictObject({
  title: Title.transform(emptyIsNull).optional(),
  caption: Caption.transform(emptyIsNull).optional(),
  tags: z
    .array(z.string().meta({ input: { type: 'string', maxLength: TAG_MAX, pattern: '^[^\\x00,]*$' } }))
    .meta({
      description: `Repeatable; one part can hold several tags, separated by commas. Up to ${TAGS_MAX} in all, stored in lower case and distinct.`,
    })
    .transform((values) => values.flatMap((value) => value.split(',')))
    .pipe(Tags)
    .optional(),
  expiresIn: WholeNumber(EXPIRES_MESSAGE)
    .pipe(z.int().min(EXPIRES_IN_MIN, EXPIRES_MESSAGE).max(EXPIRES_IN_MAX, EXPIRES_MESSAGE))
    .meta({
      input: {
        type: 'integer',
        minimum: EXPIRES_IN_MIN,
        maximum: EXPIRES_IN_MAX,
        description: 'Seconds from now until the picture is deleted. If absent, it never expires.',
      },
    })
    .optional(),
});
export type UploadFields = z.infer<typeof UploadFields>;

/** Body of `PATCH /api/images/{id}`: an absent field keeps its value, null or an empty text clears it. */
export const ImagePatch = z
  .strictObject({
    title: Title.nullable().transform(emptyIsNull).optional(),
    caption: Caption.nullable().transform(emptyIsNull).optional(),
    tags: Tags.nullable()
      .transform((tags) => tags ?? [])
      .optional(),
    expiresIn: z
      .int(EXPIRES_MESSAGE)
      .min(EXPIRES_IN_MIN, EXPIRES_MESSAGE)
      .max(EXPIRES_IN_MAX, EXPIRES_MESSAGE)
      .nullable()
      .optional()
      .meta({ description: 'Seconds from now; null means that the picture never expires.' }),
  })
  .meta({ id: 'ImagePatch' });
export type ImagePatch = z.infer<typeof ImagePatch>;

/** A repeatable query parameter: one value arrives as a text, several as a list of texts. */
const repeated = <Schema extends z.ZodType<string, string>>(schema: Schema) =>
  z.union([z.string().transform((value) => [value]), z.array(z.string())]).pipe(z.array(schema));

const LIMIT_MESSAGE = `limit must be a whole number from 1 to ${PAGE_MAX}`;

const Limit = WholeNumber(LIMIT_MESSAGE)
  .pipe(z.int().min(1, LIMIT_MESSAGE).max(PAGE_MAX, LIMIT_MESSAGE))
  .meta({
    input: {
      type: 'integer',
      minimum: 1,
      maximum: PAGE_MAX,
      default: PAGE_DEFAULT,
      description: 'Maximum number of items in the answer.',
    },
  })
  .default(PAGE_DEFAULT);

/** Query of `GET /api/images`. */
export const ListQuery = z.strictObject({
  limit: Limit,
  cursor: z
    .string()
    // The 16 bytes of an id in base64url: the last letter holds two of their bits and four zero bits.
    .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'cursor must be the nextCursor of an earlier answer')
    .meta({ description: 'The `nextCursor` of an earlier answer with the same `status`, `tag` and `q`.' })
    .optional(),
  status: ImageStatus.optional(),
  tag: repeated(Tag)
    .refine((tags) => tags.length <= TAGS_MAX, `tag accepts up to ${TAGS_MAX} tags`)
    .transform((tags) => [...new Set(tags.filter((tag) => tag !== ''))])
    .meta({
      input: {
        type: 'array',
        items: { type: 'string', maxLength: TAG_MAX, pattern: NO_NUL },
        maxItems: TAGS_MAX,
        description: 'Repeatable; a picture must have all of them. Case does not matter.',
      },
    })
    .optional(),
  q: text('q', QUERY_MAX)
    .refine((q) => /[\p{L}\p{N}]/u.test(q), 'q must contain at least one letter or digit')
    .meta({
      input: {
        type: 'string',
        maxLength: QUERY_MAX,
        pattern: HAS_LETTER,
        description:
          'Words or beginnings of words. Title, caption, tags and file name together must contain all of them. At least one letter or digit.',
      },
    })
    .optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** Query of `GET /api/tags`. */
export const TagsQuery = z.strictObject({ limit: Limit });
export type TagsQuery = z.infer<typeof TagsQuery>;

const ARCHIVE_MESSAGE = `id accepts 1 to ${ARCHIVE_MAX} ids`;

/** Query of `GET /api/archive`. */
export const ArchiveQuery = z.strictObject({
  id: repeated(ImageId)
    .refine((ids) => ids.length >= 1 && ids.length <= ARCHIVE_MAX, ARCHIVE_MESSAGE)
    .transform((ids) => [...new Set(ids)])
    .meta({
      input: {
        type: 'array',
        items: { $ref: '#/components/schemas/ImageId' },
        minItems: 1,
        maxItems: ARCHIVE_MAX,
        description: 'Repeatable; the pictures to include.',
      },
    }),
});
export type ArchiveQuery = z.infer<typeof ArchiveQuery>;

const variantNames = defaultRecipe.sizes.flatMap(({ name }) =>
  variantFormats.map((format) => `${name}.${format}` as const),
);

/** Query of `GET /api/images/{id}/download`. */
export const DownloadQuery = z.strictObject({
  variant: z
    .enum(variantNames, `variant must be one of ${variantNames.join(', ')}`)
    .meta({ description: 'Name and format of a variant; by default the original.' })
    .optional(),
});
export type DownloadQuery = z.infer<typeof DownloadQuery>;

/** Body of `POST /api/session`. */
export const SessionRequest = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(1000)
      .refine(isStorable, 'token must not contain a NUL or a lone surrogate')
      .meta({ pattern: NO_NUL }),
  })
  .meta({ id: 'SessionRequest' });
export type SessionRequest = z.infer<typeof SessionRequest>;

/** Header `Idempotency-Key`: printable ASCII. */
export const IdempotencyKey = z
  .string()
  .regex(
    new RegExp(`^[\\x21-\\x7e]{1,${IDEMPOTENCY_KEY_MAX}}$`),
    `Idempotency-Key must be 1 to ${IDEMPOTENCY_KEY_MAX} printable ASCII characters without spaces`,
  );
