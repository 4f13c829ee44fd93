import { type Context, need, type Step } from '../context.js';
import { convertToSrgb } from '../icc/to-srgb.js';
import { releasePixels } from '../pixels.js';

/** Converts the resized pixels of a picture with a matrix profile or with named colours to sRGB. */
export const convert: Step = {
  name: 'convert',
  async run(context) {
    if (context.deepPixels) await convertDeepPixels(context);
    const { conversion } = context;
    if (conversion === undefined || conversion.isIdentity) return;
    const { data, channels } = need(context, 'pixels');
    if (channels !== 3 && channels !== 4)
      throw new Error(`An RGB picture was decoded to ${channels} channels.`);
    convertToSrgb(data, channels, conversion);
  },
};

/** Loaded only here: its tables have half a megabyte. */
async function convertDeepPixels(context: Context): Promise<void> {
  const { convertDeep } = await import('../colour/convert-deep.js');
  const { contentType, heif } = need(context, 'source');
  // libvips shifts the samples of AVIF to the left: 1023 of 10 bits becomes 65,472.
  const bits = contentType === 'image/avif' ? heif?.bits : undefined;
  const pixels = need(context, 'deepPixels');
  context.pixels = convertDeep(pixels, { ...need(context, 'deepColour'), bits }, context.deadline);
  releasePixels(pixels);
  delete context.deepPixels;
}
