import { PictureFault } from '@darkroom/errors';

/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2). */
export interface Box {
  type: string;
  /** Offset of the content in the bytes that contain the box. */
  start: number;
  content: Buffer;
}

/**
 * Reads big-endian fields in sequence, and never beyond its bytes.
 *
 * Every read throws `corrupt_image` when too few bytes remain.
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

  /** @param size - bytes of the number: 1, 2, 4 or 8; 0 reads nothing and returns 0 */
  uint(size: number): number {
    const bytes = this.take(size);
    if (size === 8) return Number(bytes.readBigUInt64BE());
    return size === 0 ? 0 : bytes.readUIntBE(0, size);
  }

  /** Reads the four letters of a type. */
  type(): string {
    return this.take(4).toString('latin1');
  }

  /** Reads text up to a NUL, or to the end without one. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const bytes = this.take((end === -1 ? this.#bytes.length : end) - this.#at);
    if (end !== -1) this.#at += 1;
    return bytes.toString('latin1');
  }

  /** Reads the version and the flags at the start of a full box. */
  fullBox(): { version: number; flags: number } {
    return { version: this.uint(1), flags: this.uint(3) };
  }

  /** Returns the next bytes; shares their memory. */
  take(length: number): Buffer {
    if (!(length <= this.left)) throw new PictureFault('corrupt_image');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Reads the remaining bytes as boxes. */
  boxes(): Box[] {
    const boxes: Box[] = [];
    while (this.left >= 8) boxes.push(this.#box());
    return boxes;
  }

  #box(): Box {
    const from = this.#at;
    const size32 = this.uint(4);
    const type = this.type();
    // Size 1 means that a 64-bit size follows the type. Size 0 means that the box extends to the end of its container.
    const size = size32 === 1 ? this.uint(8) : size32 === 0 ? this.#bytes.length - from : size32;
    const start = this.#at;
    return { type, start, content: this.take(Math.max(0, size - (start - from))) };
  }
}
