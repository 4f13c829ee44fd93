import { outputFormats, type VariantFormat } from '@darkroom/contracts';
import { type Context, need } from './context.js';
import { Deadline } from './deadline.js';
import type { EncodedVariant, KeptPicture, PictureFacts } from './engine-types.js';
import { releaseContext } from './release-context.js';
import { runSteps } from './run-steps.js';
import { encode } from './steps/encode.js';

/** Whether the pixels of the first format serve another one: it may have frames, of which the first has only one. */
export function arePixelsFor(format: VariantFormat, { frames }: Pick<PictureFacts, 'frames'>): boolean {
  return frames === 1 || !outputFormats[format].animated;
}

/** The pixels of a picture in this process, from which its other formats are encoded. */
export class KeptPixels implements KeptPicture {
  readonly facts: PictureFacts;
  readonly variants: EncodedVariant[];
  readonly #context: Context;
  #encoding: Promise<unknown> = Promise.resolve();

  /** @param context - after all steps of the first format */
  constructor(context: Context) {
    this.#context = context;
    // It has run, and may hold a copy of the whole original.
    delete context.decoder;
    this.facts = need(context, 'facts');
    this.variants = need(context, 'variants');
  }

  canEncode(format: VariantFormat): boolean {
    return arePixelsFor(format, this.facts);
  }

  async encode(format: VariantFormat, { signal }: { signal?: AbortSignal } = {}): Promise<EncodedVariant[]> {
    const deadline = new Deadline(this.#context.limits.timeoutMs, signal);
    const context: Context = { ...this.#context, format, deadline };
    await deadline.guard(() => {
      const encoding = runSteps([encode], context, () => undefined);
      this.#encoding = encoding.catch(() => undefined);
      return encoding;
    });
    return need(context, 'variants');
  }

  async release(): Promise<void> {
    // libvips may still read the pixels for an encoding that the caller has given up.
    await this.#encoding;
    await releaseContext(this.#context);
  }
}
