import type { Deadline } from '../deadline.js';
import type { RawPicture } from '../raw-tiff.js';
import { MODE, type PsdHeader } from './psd-header.js';

/** Writes one row of a plane into the interleaved samples of the TIFF. */
export type WritePlane = (plane: number, y: number, row: Buffer) => void;

const PIXELS_A_LOOK = 2 ** 20;

/** Chooses how the planes of a document become samples. */
export function planeWriter(psd: PsdHeader, { channels, bits = 8 }: RawPicture, pixels: Buffer): WritePlane {
  const { width, mode, depth } = psd;
  const bytes = bits / 8;
  /** Calls `write` with every sample of a row: its column, and its offset in the pixels. */
  const each = (plane: number, y: number, write: (x: number, to: number) => void) => {
    let to = (y * width * channels + plane) * bytes;
    for (let x = 0; x < width; x += 1, to += channels * bytes) write(x, to);
  };
  if (mode === MODE.indexed) return indexedWriter(psd, channels, pixels);
  // A set bit is black.
  if (depth === 1) {
    return (plane, y, row) =>
      each(plane, y, (x, to) => (pixels[to] = ((row[x >> 3] ?? 0) & (0x80 >> (x & 7))) === 0 ? 255 : 0));
  }
  // 0 is the full ink, but in a TIFF it is the paper.
  const flip = mode === MODE.cmyk ? 0xff : 0;
  if (bits === 8) return (plane, y, row) => each(plane, y, (x, to) => (pixels[to] = (row[x] ?? 0) ^ flip));
  return (plane, y, row) =>
    each(plane, y, (x, to) => {
      pixels[to] = (row[x * 2 + 1] ?? 0) ^ flip;
      pixels[to + 1] = (row[x * 2] ?? 0) ^ flip;
    });
}

function indexedWriter(
  { width, palette, transparentIndex }: PsdHeader,
  channels: number,
  pixels: Buffer,
): WritePlane {
  return (_plane, y, row) => {
    for (let x = 0, to = y * width * channels; x < width; x += 1, to += channels) {
      const index = row[x] ?? 0;
      pixels[to] = palette[index] ?? 0;
      pixels[to + 1] = palette[256 + index] ?? 0;
      pixels[to + 2] = palette[512 + index] ?? 0;
      if (channels === 4) pixels[to + 3] = index === transparentIndex ? 0 : 255;
    }
  };
}

/**
 * Removes the white that Photoshop puts behind a transparent composite: it stores `colour × alpha + white × (1 - alpha)`.
 *
 * @param pixels - grey or RGB with alpha, 8 or 16 bits; changed in place
 */
export function removeWhite(pixels: Buffer, { channels, bits = 8 }: RawPicture, deadline: Deadline): void {
  const { samples, write } = samplesOf(pixels, bits);
  const most = 2 ** bits - 1;
  for (let at = 0; at < samples.length; at += channels) {
    if ((at / channels) % PIXELS_A_LOOK === 0) deadline.check();
    const alpha = samples[at + channels - 1] ?? most;
    if (alpha === 0 || alpha === most) continue;
    for (let channel = at; channel < at + channels - 1; channel += 1) {
      const colour = Math.round((((samples[channel] ?? 0) - (most - alpha)) * most) / alpha);
      samples[channel] = Math.max(0, Math.min(most, colour));
    }
  }
  write();
}

/** The samples of a TIFF as numbers, and a function that writes changed ones back. */
export function samplesOf(
  pixels: Buffer,
  bits: 8 | 16,
): { samples: Uint8Array | Uint16Array; write: () => void } {
  if (bits === 8) return { samples: pixels, write: () => undefined };
  // The pixels of a TIFF can begin at an odd address.
  const bytes = Uint8Array.from(pixels);
  const samples = new Uint16Array(bytes.buffer);
  return { samples, write: () => pixels.set(bytes) };
}
