import { PictureFault } from '@darkroom/errors';

/** Reads fields of single bits, the most significant one first, and never beyond its bytes. */
export class BitReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * @param count - 0 to 32
   * @throws PictureFault `corrupt_image` when too few bits remain
   */
  bits(count: number): number {
    if (this.#at + count > this.#bytes.length * 8) throw new PictureFault('corrupt_image');
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      const bit = ((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1;
      value = value * 2 + bit;
      this.#at += 1;
    }
    return value;
  }

  /** @throws as `bits` does */
  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** @throws as `bits` does */
  skip(count: number): void {
    if (this.#at + count > this.#bytes.length * 8) throw new PictureFault('corrupt_image');
    this.#at += count;
  }

  /**
   * Reads an unsigned Exp-Golomb code: `ue(v)` of ITU-T H.265, `uvlc()` of AV1.
   *
   * @throws as `bits` does, and for a code of more than 32 bits
   */
  golomb(): number {
    let zeros = 0;
    while (!this.flag()) zeros += 1;
    if (zeros > 32) throw new PictureFault('corrupt_image');
    return 2 ** zeros - 1 + this.bits(zeros);
  }
}
