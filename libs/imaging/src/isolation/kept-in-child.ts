import type { VariantFormat } from '@darkroom/contracts';
import type { EncodedVariant, KeptPicture, PictureFacts } from '../engine-types.js';
import { arePixelsFor } from '../kept-pixels.js';
import type { DecoderChild } from './decoder-child.js';
import type { DecoderRequest } from './protocol.js';

/** A process that keeps the pixels of a picture, and so is free for no other picture. */
interface Holder {
  child: DecoderChild;
  /** The request that it has answered. */
  request: DecoderRequest;
  /** Returns the id of a further request. */
  nextId: () => number;
  /** The process is free. */
  onReleased: () => void;
}

/** A picture whose pixels a decoder process keeps. */
export class KeptInChild implements KeptPicture {
  readonly facts: PictureFacts;
  readonly variants: EncodedVariant[];
  readonly #holder: Holder;

  constructor(holder: Holder, { facts, variants }: Pick<KeptPicture, 'facts' | 'variants'>) {
    this.facts = facts;
    this.variants = variants;
    this.#holder = holder;
  }

  canEncode(format: VariantFormat): boolean {
    return arePixelsFor(format, this.facts);
  }

  /** Rejects with `PictureNotBegun` when the process has ended since, which is not the picture's doing. */
  async encode(format: VariantFormat, { signal }: { signal?: AbortSignal } = {}): Promise<EncodedVariant[]> {
    const { child, request, nextId } = this.#holder;
    try {
      const further = { ...request, id: nextId(), format, pixels: 'kept' } as const;
      return (await child.run(further, { ...(signal && { signal }) })).variants;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  async release(): Promise<void> {
    const { child, onReleased } = this.#holder;
    if (child.isUsable) child.releasePixels();
    onReleased();
  }
}
