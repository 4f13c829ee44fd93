import { PictureFault } from '@darkroom/errors';

/** One of four ways to code a number: a constant, or bits and an offset that is added to them. */
export type Distribution = readonly [bits: number, offset: number];

/** Reads numbers of bits, the lowest bit first, as JPEG XL codes them (ISO/IEC 18181-1, B.2). */
export class BitReader {
  readonly #bytes: Buffer;
  #bit: number;

  /** @param at - the first byte */
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#bit = at * 8;
  }

  /** @throws PictureFault `corrupt_image` after the last bit */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      const byte = this.#bytes[this.#bit >> 3];
      if (byte === undefined) throw new PictureFault('corrupt_image');
      value += ((byte >> (this.#bit & 7)) & 1) * 2 ** index;
      this.#bit += 1;
    }
    return value;
  }

  bool(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    this.#bit += count;
  }

  /** Reads two bits that choose the distribution, and the number. */
  u32(...distributions: readonly [Distribution, Distribution, Distribution, Distribution]): number {
    const [bits, offset] = distributions[this.bits(2)] ?? [0, 0];
    return this.bits(bits) + offset;
  }

  /** Reads the number of an enumeration. */
  enum(): number {
    return this.u32([0, 0], [0, 1], [4, 2], [6, 18]);
  }
}
