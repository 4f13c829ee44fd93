import type { Settings } from '@darkroom/config';
import {
  findInputFormat,
  type OriginalContentType,
  originalKey,
  outputFormats,
  variantKey,
  type Image,
} from '@darkroom/contracts';
import type { CatalogueImage, CatalogueVariant } from '@darkroom/catalogue';
import type { LinkOptions, ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, STORAGE } from '../tokens.js';

/** Makes the `Image` of the HTTP interface from a catalogue image, with links that expire. */
@Injectable()
export class ImageLinks {
  readonly #storage: ObjectStorage;
  readonly #seconds: number;

  constructor(@Inject(SETTINGS) settings: Settings, @Inject(STORAGE) storage: ObjectStorage) {
    this.#storage = storage;
    this.#seconds = settings.links.seconds;
  }

  /** When links made now begin, in milliseconds. Until it changes, the JSON of an unchanged image stays the same. */
  period(now: Date): number {
    return linkLife(now, this.#seconds, null).issuedAt.getTime();
  }

  /** @param period - the {@link period} of the links; the current one by default */
  async toImage(image: CatalogueImage, period: number = Date.now()): Promise<Image> {
    const life = linkLife(new Date(period), this.#seconds, image.expiresAt);
    const [original, ...variants] = await Promise.all([
      this.#original(image, life),
      ...image.variants.map((variant) => this.#variant(image, variant, life)),
    ]);
    return {
      id: image.id,
      status: image.status,
      step: image.step,
      error: image.error,
      filename: image.filename,
      contentType: image.contentType,
      bytes: image.bytes,
      width: image.width,
      height: image.height,
      sha256: image.sha256,
      thumbhash: image.thumbhash,
      facts: image.facts,
      title: image.title,
      caption: image.caption,
      tags: image.tags,
      createdAt: image.createdAt.toISOString(),
      readyAt: image.readyAt?.toISOString() ?? null,
      expiresAt: image.expiresAt?.toISOString() ?? null,
      original: { url: original },
      variants: image.variants.map(({ name, format, width, height, bytes }, index) => ({
        name,
        format,
        width,
        height,
        bytes,
        url: variants[index] ?? '',
      })),
    };
  }

  /**
   * The link of a file that browsers save instead of showing it.
   *
   * @param variant - by default the original
   */
  toSave(image: CatalogueImage, variant?: CatalogueVariant): Promise<string> {
    const life = linkLife(new Date(), this.#seconds, image.expiresAt);
    const how = { ...life, disposition: 'attachment' } as const;
    return variant === undefined ? this.#original(image, how) : this.#variant(image, variant, how);
  }

  async toImages(images: readonly CatalogueImage[]): Promise<Image[]> {
    return Promise.all(images.map((image) => this.toImage(image)));
  }

  /** An original that can run scripts is never shown as a page, not even by S3, which sends no policy with it. */
  #original(image: CatalogueImage, how: LinkTerms): Promise<string> {
    const runsScripts = findInputFormat(image.contentType)?.scripts ?? false;
    return this.#storage.link(originalKey(image.id, image.contentType), {
      ...how,
      ...(runsScripts ? { disposition: 'attachment' as const } : {}),
      filename: image.filename,
      contentType: image.contentType satisfies OriginalContentType,
    });
  }

  #variant(image: CatalogueImage, variant: CatalogueVariant, how: LinkTerms): Promise<string> {
    const { extension, contentType } = outputFormats[variant.format];
    const stem = image.filename.replace(/\.[^.]*$/, '') || image.filename;
    return this.#storage.link(variantKey(image.id, variant.name, variant.recipeVersion, variant.format), {
      ...how,
      filename: `${stem}-${variant.name}.${extension}`,
      contentType,
    });
  }
}

type LinkTerms = LinkLife & Pick<LinkOptions, 'disposition'>;

export interface LinkLife {
  issuedAt: Date;
  expiresAt: Date;
}

/**
 * When a link begins and ends. The begin is rounded down to half the lifetime, so that a picture keeps its link for
 * that time and browsers can cache it. A link never outlives its picture.
 *
 * @param seconds - lifetime of a link; it is valid for at least half of it
 */
export function linkLife(now: Date, seconds: number, imageExpiresAt: Date | null): LinkLife {
  const half = Math.floor(seconds / 2) * 1000;
  const begin = Math.floor(now.getTime() / half) * half;
  const end = Math.min(begin + seconds * 1000, imageExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
  // S3 signs no link of less than a second. If the picture expires within this second, or has expired by this machine's
  // clock but not by the database's, the link begins earlier.
  const latest = Math.floor(end / 1000) * 1000 - 1000;
  return { issuedAt: new Date(Math.min(begin, latest)), expiresAt: new Date(end) };
}
