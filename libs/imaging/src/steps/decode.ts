import sharp from 'sharp';
import { need, type Step } from '../context.js';

/** Opens the original for decoding: all frames for the one format that keeps them, the first otherwise. */
export const decode: Step = {
  name: 'decode',
  run(context) {
    const { frames } = need(context, 'source');
    context.decoder = sharp(context.input.path, {
      // Cut-off and broken data fail. Not 'warning': that also fails whole pictures for an odd tag.
      failOn: context.lenient ? 'truncated' : 'error',
      animated: context.format === 'webp' && frames > 1,
      limitInputPixels: context.limits.maxPixels,
    });
  },
};
