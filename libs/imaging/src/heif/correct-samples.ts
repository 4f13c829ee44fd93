type Samples = Uint8Array | Uint16Array;

/** Luma of limited range extends from 16 to 235, in units of 8 bits (ITU-T H.273, 8.3). */
const BLACK = 16;
const WHITE = 235;

/** Views the pixels of a raw TIFF as samples of 16 bits. */
export function toUint16(pixels: Buffer): Uint16Array {
  return new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2);
}

/**
 * Stretches grey of limited range to the full range, in place. libheif does this for colours only.
 *
 * @param channels - 3 for colours, 4 for colours and alpha, which always has the full range
 */
export function stretchRange(samples: Samples, channels: 3 | 4): void {
  const most = mostOf(samples);
  const unit = most === 255 ? 1 : 256;
  const scale = most / ((WHITE - BLACK) * unit);
  const stretched = new Uint16Array(most + 1).map((_, value) =>
    Math.max(0, Math.min(most, Math.round((value - BLACK * unit) * scale))),
  );
  for (let at = 0; at < samples.length; at += 1) {
    if (channels === 4 && (at & 3) === 3) continue;
    samples[at] = stretched[samples[at] ?? 0] ?? 0;
  }
}

/** Divides colours by their alpha, in place: sharp reads and writes colours that are not premultiplied. */
export function undoPremultiplication(samples: Samples): void {
  const most = mostOf(samples);
  for (let at = 0; at < samples.length; at += 4) {
    const alpha = samples[at + 3] ?? most;
    if (alpha === 0 || alpha === most) continue;
    for (let channel = at; channel < at + 3; channel += 1) {
      samples[channel] = Math.min(most, Math.round(((samples[channel] ?? 0) * most) / alpha));
    }
  }
}

function mostOf(samples: Samples): number {
  return samples instanceof Uint16Array ? 65_535 : 255;
}
