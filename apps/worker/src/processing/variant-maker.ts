import type { ImageInWork, CatalogueVariant } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import { defaultRecipe, type PictureStep, type VariantFormat } from '@darkroom/contracts';
import type { EncodedVariant, PictureFacts } from '@darkroom/imaging';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, STORAGE } from '../tokens.js';
import { Decoders } from './decoders.js';
import { createEngineOptions } from './create-engine-options.js';
import { VariantWriter } from './variant-writer.js';
import { withWorkingCopy, type WorkingCopy } from './working-copy.js';

/** The first format of an image, with the decoder that still keeps its pixels. */
export interface FirstFormat {
  facts: PictureFacts;
  variants: CatalogueVariant[];
  /** Whether the pixels serve this format. */
  canMake(format: VariantFormat): boolean;
  /** Makes the variants of one further format from the pixels. */
  make(format: VariantFormat, signal: AbortSignal): Promise<CatalogueVariant[]>;
}

/** Makes an image's variants from its original in a decoder process, and writes them to storage. */
@Injectable()
export class VariantMaker {
  readonly #settings: WorkerSettings;
  readonly #storage: ObjectStorage;
  readonly #decoders: Decoders;
  readonly #writer: VariantWriter;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(Decoders) decoders: Decoders,
    @Inject(VariantWriter) writer: VariantWriter,
  ) {
    this.#settings = settings;
    this.#storage = storage;
    this.#decoders = decoders;
    this.#writer = writer;
  }

  /**
   * Makes the variants of the first format, and reads the facts.
   *
   * @param use - while it runs, the decoder keeps the pixels
   */
  makeFirst<T>(
    image: ImageInWork,
    signal: AbortSignal,
    onStep: (step: PictureStep) => void,
    use: (first: FirstFormat) => Promise<T>,
  ): Promise<T> {
    return this.#withCopy(image, signal, async ({ input, outputFolder }) => {
      const options = { ...createEngineOptions(this.#settings, outputFolder, signal), onStep };
      const kept = await this.#decoders.engine.processAndKeep(input, defaultRecipe, options);
      const write = (variants: EncodedVariant[], until: AbortSignal) =>
        this.#writer.write(image, defaultRecipe, variants, until);
      try {
        onStep('storing');
        return await use({
          facts: kept.facts,
          variants: await write(kept.variants, signal),
          canMake: (format) => kept.canEncode(format),
          make: async (format, until) => write(await kept.encode(format, { signal: until }), until),
        });
      } finally {
        await kept.release();
      }
    });
  }

  /** Makes the variants of one further format. */
  makeFormat(image: ImageInWork, format: VariantFormat, signal: AbortSignal): Promise<CatalogueVariant[]> {
    return this.#withCopy(image, signal, async ({ input, outputFolder }) => {
      const options = createEngineOptions(this.#settings, outputFolder, signal);
      const variants = await this.#decoders.engine.encode(input, defaultRecipe, format, options);
      return this.#writer.write(image, defaultRecipe, variants, signal);
    });
  }

  /** See {@link VariantWriter.removeIfDeleted}. */
  removeIfDeleted(imageId: string): Promise<void> {
    return this.#writer.removeIfDeleted(imageId);
  }

  #withCopy<T>(image: ImageInWork, signal: AbortSignal, work: (copy: WorkingCopy) => Promise<T>): Promise<T> {
    const places = { storage: this.#storage, folder: this.#decoders.folder };
    return withWorkingCopy(places, image, signal, work);
  }
}
