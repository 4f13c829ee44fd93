/** Room for a usual variant. A larger object gets a whole part's buffer at once: growing step by step leaves garbage. */
const FIRST_BYTES = 256 * 1024;

export interface Part {
  /** Valid until the next part is asked for: all parts share one buffer. */
  data: Uint8Array;
  isLast: boolean;
}

/**
 * Cuts chunks of any size into parts of exactly `partBytes`; the last one is what is left, and empty only when the
 * source is. Holds one part in memory.
 */
export async function* inParts(source: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, partBytes));
  let used = 0;
  for await (const chunk of source) {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (used === partBytes) {
        yield { data: buffer, isLast: false };
        used = 0;
      }
      const taken = rest.subarray(0, partBytes - used);
      if (used + taken.byteLength > buffer.byteLength) buffer = enlarged(buffer, used, partBytes);
      buffer.set(taken, used);
      used += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
  }
  yield { data: buffer.subarray(0, used), isLast: true };
}

function enlarged(buffer: Buffer, used: number, bytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(bytes);
  buffer.copy(larger, 0, 0, used);
  return larger;
}
