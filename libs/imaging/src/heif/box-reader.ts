import { PictureFault } from '@darkroom/errors';

/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2). */
export interface Box {
  type: string;
  /** Where the box's content begins in the bytes that it was found in. */
  start: number;
  content: Buffer;
}

/**
 * Reads big-endian fields one after the other, and never beyond its bytes.
 *
 * Every read throws `corrupt_image` when fewer bytes are left than it asks for.
 */
export class BoxReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @param size - bytes of the number: 0, which is read as the number 0, 1, 2, 4 or 8 */
  uint(size: number): number {
    const bytes = this.take(size);
    if (size === 8) return Number(bytes.readBigUInt64BE());
    return size === 0 ? 0 : bytes.readUIntBE(0, size);
  }

  /** Four letters that name a type. */
  type(): string {
    return this.take(4).toString('latin1');
  }

  /** Text up to a NUL, or to the end where there is none. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const bytes = this.take((end === -1 ? this.#bytes.length : end) - this.#at);
    if (end !== -1) this.#at += 1;
    return bytes.toString('latin1');
  }

  /** The version and the flags that begin a full box. */
  fullBox(): { version: number; flags: number } {
    return { version: this.uint(1), flags: this.uint(3) };
  }

  /** Shares the memory of the bytes read from. */
  take(length: number): Buffer {
    if (!(length <= this.left)) throw new PictureFault('corrupt_image');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** The boxes that fill what is left. */
  boxes(): Box[] {
    const boxes: Box[] = [];
    while (this.left >= 8) boxes.push(this.#box());
    return boxes;
  }

  #box(): Box {
    const from = this.#at;
    const size32 = this.uint(4);
    const type = this.type();
    // Size 1 says that a 64-bit size follows the type, size 0 that the box reaches to the end of what holds it.
    const size = size32 === 1 ? this.uint(8) : size32 === 0 ? this.#bytes.length - from : size32;
    const start = this.#at;
    return { type, start, content: this.take(Math.max(0, size - (start - from))) };
  }
}
