/** Codes have up to 12 bits (GIF89a, appendix F). */
const CODE_BITS_MAX = 12;
const COLOURS = 256;

/**
 * Finds an index of colour that no pixel of a frame has. A pixel's colour comes first as a code of its own, so the
 * codes need not be expanded.
 *
 * @param at - offset of the frame's data, which begins with the bits of an index
 * @returns null when every index is in use
 */
export function findFreeIndex(gif: Buffer, at: number): number | null {
  const indexBits = gif[at] ?? 0;
  const clear = 2 ** indexBits;
  if (clear < COLOURS) return COLOURS - 1;
  const used = new Uint8Array(COLOURS);
  let [bits, next, isFirst] = [indexBits + 1, clear + 2, true];
  const reader = new CodeReader(gif, at + 1);
  for (let code = reader.read(bits); code !== -1 && code !== clear + 1; code = reader.read(bits)) {
    if (code === clear) [bits, next, isFirst] = [indexBits + 1, clear + 2, true];
    else {
      if (code < COLOURS) used[code] = 1;
      // Every code but the first defines another one.
      if (!isFirst) next += 1;
      if (next === 2 ** bits && bits < CODE_BITS_MAX) bits += 1;
      isFirst = false;
    }
  }
  const free = used.indexOf(0);
  return free === -1 ? null : free;
}

/** Reads codes from sub-blocks, the lowest bit first. */
class CodeReader {
  readonly #gif: Buffer;
  #at: number;
  /** End of the sub-block. */
  #end: number;
  #held = 0;
  #count = 0;

  constructor(gif: Buffer, at: number) {
    this.#gif = gif;
    this.#at = at;
    this.#end = at;
  }

  /** @returns -1 after the last sub-block */
  read(bits: number): number {
    while (this.#count < bits) {
      const byte = this.#nextByte();
      if (byte === -1) return -1;
      this.#held |= byte << this.#count;
      this.#count += 8;
    }
    const code = this.#held & (2 ** bits - 1);
    this.#held >>>= bits;
    this.#count -= bits;
    return code;
  }

  #nextByte(): number {
    if (this.#at === this.#end) {
      const length = this.#gif[this.#at] ?? 0;
      if (length === 0) return -1;
      this.#at += 1;
      this.#end = this.#at + length;
    }
    const byte = this.#gif[this.#at] ?? -1;
    this.#at += 1;
    return byte;
  }
}
