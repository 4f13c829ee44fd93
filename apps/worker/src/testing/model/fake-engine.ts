import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRecipe, type VariantFormat } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import type { EncodedVariant, ImagingEngine, ImagingOptions, PictureFacts } from '@darkroom/imaging';

/** The outcome of a picture in a decoder. */
export type Outcome = 'made' | 'broken' | 'crashed' | 'internal error';

const FACTS: PictureFacts = {
  width: 4,
  height: 3,
  frames: 1,
  thumbhash: 'aGFzaA==',
  takenAt: null,
  camera: null,
  colourProfile: null,
  dominantColour: null,
};

/** An engine that makes a few bytes for every picture, or has the outcome that the test sets. */
export class FakeEngine implements ImagingEngine {
  next: Outcome = 'made';

  async process(_: unknown, __: unknown, options: ImagingOptions) {
    return { facts: FACTS, variants: await this.#make('jpeg', options) };
  }

  async processAndKeep(...picture: Parameters<ImagingEngine['process']>) {
    return {
      ...(await this.process(...picture)),
      canEncode: () => true,
      encode: (format: VariantFormat) => this.#make(format, picture[2]),
      release: () => Promise.resolve(),
    };
  }

  encode(_: unknown, __: unknown, format: VariantFormat, options: ImagingOptions): Promise<EncodedVariant[]> {
    return this.#make(format, options);
  }

  async #make(format: VariantFormat, { outputFolder }: ImagingOptions): Promise<EncodedVariant[]> {
    this.#applyOutcome();
    return Promise.all(
      defaultRecipe.sizes.map(async ({ name }) => {
        const path = join(outputFolder, `${name}.${format}`);
        await writeFile(path, `${name} ${format}`);
        return { name, format, path, width: 4, height: 3, bytes: name.length + format.length + 1 };
      }),
    );
  }

  #applyOutcome(): void {
    const outcome = this.next;
    this.next = 'made';
    if (outcome === 'broken') throw new PictureFault('corrupt_image');
    if (outcome === 'crashed') throw new PictureFault('decoder_crashed');
    if (outcome === 'internal error') throw new Error('an internal error');
  }
}
