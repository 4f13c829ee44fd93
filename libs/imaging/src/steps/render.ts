import { type Context, need, type Step } from '../context.js';
import { isOddity } from '../libvips-fault.js';
import type { Sharp } from 'sharp';
import type { DeepPixels, Pixels } from '../pixels.js';
import { colour } from './colour.js';
import { decode } from './decode.js';

const COLOURS_AND_ALPHA = 4;

/** Decodes the original once, to the pixels of the largest size; every variant is made from them. */
export const render: Step = {
  name: 'render',
  async run(context) {
    try {
      await decodeInto(context);
    } catch (error) {
      if (!isOddity(error)) throw error;
      context.lenient = true;
      await decode.run(context);
      await colour.run(context);
      await decodeInto(context);
    }
  },
};

async function decodeInto(context: Context): Promise<void> {
  const decoder = resizedDecoder(context);
  if (context.deepColour) context.deepPixels = await decodeDeep(decoder);
  else context.pixels = await decodePixels(decoder);
}

function resizedDecoder(context: Context): Sharp {
  const { contentType, orientation, metadata } = need(context, 'source');
  const { largest } = need(context, 'ladder');
  const stored = orientation >= 5 ? { width: largest.height, height: largest.width } : largest;
  return (
    need(context, 'decoder')
      // Pass both sides: sharp's own rounding can differ from the promised size by a pixel.
      .resize(stored.width, stored.height, {
        fit: 'fill',
        // A photograph that shrinks by two or more keeps 53 dB and an SSIM of 0.997 against lanczos3, in 56 instead of 62
        // ms for 12 megapixels. Fine grain that shrinks by less, and the edges of drawings, need the longer kernel.
        kernel: contentType === 'image/jpeg' && metadata.width >= 2 * stored.width ? 'cubic' : 'lanczos3',
        // libjpeg shrinks well while it decodes. libwebp's scaler is coarse, and does not support frames.
        fastShrinkOnLoad: contentType === 'image/jpeg',
      })
      .timeout({ seconds: context.deadline.secondsLeft })
  );
}

async function decodePixels(decoder: Sharp): Promise<Pixels> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true });
  const height = info.pageHeight ?? info.height;
  const { width } = info;
  const frames = info.height / height;
  // A TIFF can contain more samples after its colours and alpha (inks, masks); libvips passes them through.
  const extra = info.channels > COLOURS_AND_ALPHA;
  return extra
    ? { data: dropSamples(data, info.channels), width, height, frames, channels: COLOURS_AND_ALPHA }
    : { data, width, height, frames, channels: info.channels };
}

async function decodeDeep(decoder: Sharp): Promise<DeepPixels> {
  const { data, info } = await decoder.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4)
    throw new Error(`A picture of 16 bits was decoded to ${channels} channels.`);
  return { data: new Uint16Array(data.buffer, data.byteOffset, data.length / 2), width, height, channels };
}

function dropSamples(data: Buffer, channels: number): Buffer {
  const kept = Buffer.allocUnsafe((data.length / channels) * COLOURS_AND_ALPHA);
  for (let from = 0, to = 0; from < data.length; from += channels, to += COLOURS_AND_ALPHA) {
    data.copy(kept, to, from, from + COLOURS_AND_ALPHA);
  }
  return kept;
}
