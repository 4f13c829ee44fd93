import sharp, { type Channels, type Sharp } from 'sharp';
import type { Deadline } from './deadline.js';
import type { Size } from './variant-size.js';

/** Decoded pixels, 8 bits a channel, sRGB, alpha not premultiplied; the frames of an animation follow each other. */
export interface Pixels {
  data: Buffer;
  width: number;
  /** Height of one frame. */
  height: number;
  frames: number;
  channels: Channels;
}

/** Decoded pixels of a still picture, in its own colours: 16 bits a channel, red, green, blue and perhaps alpha. */
export interface DeepPixels extends Size {
  data: Uint16Array;
  channels: 3 | 4;
}

/** Opens decoded pixels for resizing and encoding. */
export function openPixels(pixels: Pixels, deadline: Deadline): Sharp {
  const { data, width, height, frames, channels } = pixels;
  const still = { width, height, channels };
  // Do not pass on `premultiplied` of the decoder's info: it describes an internal step, not the output.
  const raw = frames === 1 ? still : { ...still, height: height * frames, pageHeight: height };
  // The limit was enforced on the original; these pixels are our own and no larger.
  return sharp(data, { raw, animated: frames > 1, limitInputPixels: false }).timeout({
    seconds: deadline.secondsLeft,
  });
}

/** Returns the first frame; shares its memory. */
export function firstFrame(pixels: Pixels): Pixels {
  return frameAt(pixels, 0);
}

/** Returns one frame, counted from 0; shares its memory. */
export function frameAt(pixels: Pixels, index: number): Pixels {
  const bytes = pixels.width * pixels.height * pixels.channels;
  return { ...pixels, data: pixels.data.subarray(index * bytes, (index + 1) * bytes), frames: 1 };
}

/**
 * Frees the memory of pixels at once. V8 counts it as its own: it would collect its whole heap after every second
 * picture, at 15 ms each, and keep up to 80 MB of pixels until then.
 *
 * Call it only when nothing reads the pixels any more: libvips does not notice that they are gone.
 */
export function releasePixels({ data }: Pick<Pixels | DeepPixels, 'data'>): void {
  const { buffer } = data;
  // A part of a larger buffer belongs to another owner.
  if (buffer instanceof ArrayBuffer && data.byteLength === buffer.byteLength) buffer.transfer(0);
}
