/** Room for a usual variant; larger objects double it up to a part. */
const FIRST_BYTES = 128 * 1024;

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
      buffer = withRoom(buffer, used, used + taken.byteLength, partBytes);
      buffer.set(taken, used);
      used += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
  }
  yield { data: buffer.subarray(0, used), isLast: true };
}

function withRoom(buffer: Buffer, used: number, needed: number, partBytes: number): Buffer {
  if (needed <= buffer.byteLength) return buffer;
  const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(needed, buffer.byteLength * 2)));
  buffer.copy(larger, 0, 0, used);
  return larger;
}
