import { PictureFault } from '@darkroom/errors';

/** Reads numbers at any offset, and never beyond its bytes: every read throws `corrupt_image` instead. */
export class Bytes {
  readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get length(): number {
    return this.buffer.length;
  }

  u8(at: number): number {
    return this.#at(at, 1).readUInt8(at);
  }

  u16le(at: number): number {
    return this.#at(at, 2).readUInt16LE(at);
  }

  u32le(at: number): number {
    return this.#at(at, 4).readUInt32LE(at);
  }

  i32le(at: number): number {
    return this.#at(at, 4).readInt32LE(at);
  }

  u16be(at: number): number {
    return this.#at(at, 2).readUInt16BE(at);
  }

  i16be(at: number): number {
    return this.#at(at, 2).readInt16BE(at);
  }

  u32be(at: number): number {
    return this.#at(at, 4).readUInt32BE(at);
  }

  /** Lengths and offsets above 2^53 are beyond the end of every file, so their last bits do not matter. */
  u64be(at: number): number {
    return Number(this.#at(at, 8).readBigUInt64BE(at));
  }

  text(at: number, length: number): string {
    return this.slice(at, length).toString('latin1');
  }

  /** Shares the memory. */
  slice(at: number, length: number): Buffer {
    return this.#at(at, length).subarray(at, at + length);
  }

  #at(at: number, length: number): Buffer {
    if (!(at >= 0 && length >= 0 && at + length <= this.buffer.length))
      throw new PictureFault('corrupt_image');
    return this.buffer;
  }
}
