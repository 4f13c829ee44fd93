import sharp, { type Channels, type Sharp } from 'sharp';
import type { Deadline } from './deadline.js';

/** Decoded pixels, 8 bits a channel, sRGB, alpha not premultiplied; the frames of an animation one below the other. */
export interface Pixels {
  data: Buffer;
  width: number;
  /** Of one frame. */
  height: number;
  frames: number;
  channels: Channels;
}

/** Opens decoded pixels for resizing and encoding. */
export function openPixels(pixels: Pixels, deadline: Deadline): Sharp {
  const { data, width, height, frames, channels } = pixels;
  const still = { width, height, channels };
  // `premultiplied` of the decoder's info must not be handed on: it tells what happened inside, the output is not.
  const raw = frames === 1 ? still : { ...still, height: height * frames, pageHeight: height };
  // The limit has been enforced on the original; what is opened here is ours and no larger.
  return sharp(data, { raw, animated: frames > 1, limitInputPixels: false }).timeout({
    seconds: deadline.secondsLeft,
  });
}

/** The first frame alone; shares its memory. */
export function firstFrame(pixels: Pixels): Pixels {
  return frameAt(pixels, 0);
}

/** One frame, counted from 0; shares its memory. */
export function frameAt(pixels: Pixels, index: number): Pixels {
  const bytes = pixels.width * pixels.height * pixels.channels;
  return { ...pixels, data: pixels.data.subarray(index * bytes, (index + 1) * bytes), frames: 1 };
}

/**
 * Gives the memory of pixels back at once. V8 counts them as its own and would collect its whole heap every second
 * picture for their sake, at 15 ms each, and hold up to 80 MB of them meanwhile.
 *
 * Only when nothing reads them any more: libvips would not notice that they are gone.
 */
export function releasePixels({ data }: Pick<Pixels, 'data'>): void {
  const { buffer } = data;
  // A part of something larger is not ours to give back.
  if (buffer instanceof ArrayBuffer && data.byteLength === buffer.byteLength) buffer.transfer(0);
}
