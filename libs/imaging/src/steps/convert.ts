import { need, type Step } from '../context.js';
import { convertToSrgb } from '../icc/to-srgb.js';

/** Converts the resized pixels of a picture with a matrix profile to sRGB. */
export const convert: Step = {
  name: 'convert',
  run({ conversion, ...context }) {
    if (conversion === undefined || conversion.isIdentity) return;
    const { data, channels } = need(context, 'pixels');
    if (channels !== 3 && channels !== 4)
      throw new Error(`An RGB picture was decoded to ${channels} channels.`);
    convertToSrgb(data, channels, conversion);
  },
};
