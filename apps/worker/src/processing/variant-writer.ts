import type { Catalogue, ImageInWork, CatalogueVariant } from '@darkroom/catalogue';
import {
  firstFormat,
  originalPrefix,
  outputFormats,
  type Recipe,
  variantKey,
  variantPrefix,
} from '@darkroom/contracts';
import type { EncodedVariant } from '@darkroom/imaging';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE, STORAGE } from '../tokens.js';

/** Writes variants under keys derived from image and recipe, so a second run overwrites them with the same bytes. */
@Injectable()
export class VariantWriter {
  readonly #catalogue: Catalogue;
  readonly #storage: ObjectStorage;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue, @Inject(STORAGE) storage: ObjectStorage) {
    this.#catalogue = catalogue;
    this.#storage = storage;
  }

  async write(
    image: ImageInWork,
    recipe: Recipe,
    variants: readonly EncodedVariant[],
    signal: AbortSignal,
  ): Promise<CatalogueVariant[]> {
    const files = variants.map(({ name, format, path }) => ({
      key: variantKey(image.id, name, recipe.version, format),
      path,
    }));
    // All variants of one call have the same format.
    const { contentType } = outputFormats[variants[0]?.format ?? firstFormat];
    const sizes = await this.#storage.putFiles(files, { contentType, signal });
    return variants.map(({ name, format, width, height, bytes }, index) => ({
      name,
      format,
      recipeVersion: recipe.version,
      width,
      height,
      bytes: sizes[index] ?? bytes,
    }));
  }

  /** Removes what a late run wrote if its image has been deleted. If the image exists, a newer run owns these keys. */
  async removeIfDeleted(imageId: string): Promise<void> {
    if (await this.#catalogue.processing.exists(imageId)) return;
    await this.#storage.deletePrefix(variantPrefix(imageId));
    await this.#storage.deletePrefix(originalPrefix(imageId));
  }
}
