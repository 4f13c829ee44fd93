import type { CatalogueImage, CatalogueVariant } from '@darkroom/catalogue';
import type { WorkerSettings } from '@darkroom/config';
import { defaultRecipe, type PictureStep, type VariantFormat } from '@darkroom/contracts';
import type { PictureFacts } from '@darkroom/imaging';
import type { ObjectStorage } from '@darkroom/storage';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, STORAGE } from '../tokens.js';
import { Decoders } from './decoders.js';
import { createEngineOptions } from './create-engine-options.js';
import { VariantWriter } from './variant-writer.js';
import { withWorkingCopy, type WorkingCopy } from './working-copy.js';

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

  /** Makes the variants of the first format, and reads the facts. */
  makeFirst(
    image: CatalogueImage,
    signal: AbortSignal,
    onStep: (step: PictureStep) => void,
  ): Promise<{ facts: PictureFacts; variants: CatalogueVariant[] }> {
    return this.#withCopy(image, signal, async ({ input, outputFolder }) => {
      const options = { ...createEngineOptions(this.#settings, outputFolder, signal), onStep };
      const { facts, variants } = await this.#decoders.engine.process(input, defaultRecipe, options);
      onStep('storing');
      return { facts, variants: await this.#writer.write(image, defaultRecipe, variants, signal) };
    });
  }

  /** Makes the variants of one further format. */
  makeFormat(image: CatalogueImage, format: VariantFormat, signal: AbortSignal): Promise<CatalogueVariant[]> {
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

  #withCopy<T>(
    image: CatalogueImage,
    signal: AbortSignal,
    work: (copy: WorkingCopy) => Promise<T>,
  ): Promise<T> {
    const places = { storage: this.#storage, folder: this.#decoders.folder };
    return withWorkingCopy(places, image, signal, work);
  }
}
