import {
  type ImageStatus,
  type OriginalContentType,
  type OriginalFacts,
  type PictureCode,
  type PictureStep,
  type VariantFormat,
  variantFormats,
} from '@darkroom/contracts';
import { KNOWN_FORMATS } from './known-formats.js';

export interface CatalogueVariant {
  name: string;
  format: VariantFormat;
  recipeVersion: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  bytes: number;
}

/** An image in the catalogue, with its variants; the api adds the links. */
export interface CatalogueImage {
  id: string;
  owner: string;
  status: ImageStatus;
  /** The step that the worker is in, for steps that take long. */
  step: PictureStep | null;
  error: { code: PictureCode; message: string } | null;
  /** Counts processing runs: 1 at upload, one more at each retry. */
  run: number;
  filename: string;
  contentType: OriginalContentType;
  bytes: number;
  sha256: string;
  /** Pixels, upright; null until decoded. */
  width: number | null;
  /** Pixels, upright; null until decoded. */
  height: number | null;
  thumbhash: string | null;
  /** Null until decoded. */
  facts: OriginalFacts | null;
  title: string | null;
  caption: string | null;
  tags: string[];
  createdAt: Date;
  readyAt: Date | null;
  expiresAt: Date | null;
  /** Transaction of the last change: the image's position in the change feed. */
  changedXid: string;
  /** Counts the changes of this image; a higher one is a later state. */
  version: number;
  variants: CatalogueVariant[];
}

/** What processing needs of an image. */
export type ImageInWork = Pick<CatalogueImage, 'id' | 'run' | 'status' | 'contentType'>;

export interface ImageRow {
  id: string;
  owner: string;
  status: ImageStatus;
  step: PictureStep | null;
  error_code: PictureCode | null;
  error_message: string | null;
  run: number;
  filename: string;
  content_type: OriginalContentType;
  bytes: number;
  sha256: string;
  width: number | null;
  height: number | null;
  thumbhash: string | null;
  facts: OriginalFacts | null;
  title: string | null;
  caption: string | null;
  tags: string[];
  created_at: Date;
  ready_at: Date | null;
  expires_at: Date | null;
  changed_xid: string;
  version: number;
  /** A line for each variant, its name last. */
  variants: string | null;
}

/**
 * Columns of an {@link ImageRow} for a table with the alias `i`. Variants are one text: building it takes a fifth of the
 * time that an array of JSON objects takes, which was most of the time of a page.
 */
export const IMAGE_COLUMNS = /* sql */ `
  i.id, i.owner, i.status, i.step, i.error_code, i.error_message, i.run, i.filename, i.content_type, i.bytes, i.sha256,
  i.width, i.height, i.thumbhash, i.facts, i.title, i.caption, i.tags, i.created_at, i.ready_at, i.expires_at, i.changed_xid, i.version,
  (select string_agg(concat_ws(' ', v.format, v.recipe_version, v.width, v.height, v.bytes, v.name), E'\\n')
    from variants v where v.image_id = i.id and v.owner = i.owner and v.format = any(${KNOWN_FORMATS})
  ) as variants`;

/** An expired image does not exist from that second on, swept or not. */
export const NOT_EXPIRED = '(i.expires_at is null or i.expires_at > now())';

export function toCatalogueImage(row: ImageRow): CatalogueImage {
  return {
    id: row.id,
    owner: row.owner,
    status: row.status,
    // A step that an earlier try left there does not apply to a picture that waits.
    step: row.status === 'processing' ? row.step : null,
    error:
      row.error_code === null || row.error_message === null
        ? null
        : { code: row.error_code, message: row.error_message },
    run: row.run,
    filename: row.filename,
    contentType: row.content_type,
    bytes: row.bytes,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    thumbhash: row.thumbhash,
    facts: row.facts,
    title: row.title,
    caption: row.caption,
    tags: row.tags,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    expiresAt: row.expires_at,
    changedXid: row.changed_xid,
    version: row.version,
    variants: toVariants(row.variants),
  };
}

/** Returns the variants in the order of the formats' records, small to large. */
function toVariants(lines: string | null): CatalogueVariant[] {
  if (lines === null) return [];
  return lines.split('\n').map(toVariant).toSorted(compareVariants);
}

function toVariant(line: string): CatalogueVariant {
  const [format, recipeVersion, width, height, bytes, ...name] = line.split(' ');
  return {
    name: name.join(' '),
    format: format as VariantFormat,
    recipeVersion: Number(recipeVersion),
    width: Number(width),
    height: Number(height),
    bytes: Number(bytes),
  };
}

function compareVariants(a: CatalogueVariant, b: CatalogueVariant): number {
  return (
    variantFormats.indexOf(a.format) - variantFormats.indexOf(b.format) ||
    a.width * a.height - b.width * b.height ||
    a.bytes - b.bytes
  );
}
