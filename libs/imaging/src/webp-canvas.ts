/** Offset of the first chunk, after `RIFF`, its length and `WEBP`. */
const CHUNKS_AT = 12;
const CHUNK_HEADER_BYTES = 8;
/** Flag of the VP8X chunk (RFC 9649, 2.7.1.1). */
const ALPHA = 0x10;
/** Flag of the ANMF chunk (RFC 9649, 2.7.1.3): the frame is cleared before the next one. */
const CLEARED = 1;

/**
 * Marks an animated WebP as transparent where its frames leave the canvas uncovered. libwebp's encoder cuts the
 * transparent edges off a frame, and then sets the flag only for what is left. Viewers that trust the flag, such as
 * Pillow, show the uncovered part black.
 *
 * @param webp - changed in place
 */
export function markUncovered(webp: Buffer): void {
  let canvas: { at: number; size: string } | undefined;
  let animation: number | undefined;
  let isFirst = true;
  for (const { type, at } of chunks(webp)) {
    if (type === 'VP8X') canvas = { at, size: webp.toString('hex', at + 4, at + 10) };
    else if (type === 'ANIM') animation = at;
    else if (type === 'ANMF' && canvas !== undefined) {
      const isWhole = webp.readUIntLE(at, 6) === 0 && webp.toString('hex', at + 6, at + 12) === canvas.size;
      const isCleared = ((webp[at + 15] ?? 0) & CLEARED) === CLEARED;
      if ((isFirst && !isWhole) || isCleared) {
        webp[canvas.at] = (webp[canvas.at] ?? 0) | ALPHA;
        // The background, which few viewers show; libwebp's is white.
        if (animation !== undefined) webp.fill(0, animation, animation + 4);
        return;
      }
      isFirst = false;
    }
  }
}

/** Yields the content of every chunk; a chunk has an even length. */
function* chunks(webp: Buffer): Generator<{ type: string; at: number }> {
  for (let at = CHUNKS_AT; at + CHUNK_HEADER_BYTES <= webp.length;) {
    const length = webp.readUInt32LE(at + 4);
    yield { type: webp.toString('latin1', at, at + 4), at: at + CHUNK_HEADER_BYTES };
    at += CHUNK_HEADER_BYTES + length + (length % 2);
  }
}
