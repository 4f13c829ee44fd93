import sharp from 'sharp';
import { need, type Step } from '../context.js';
import { decodeHeic } from '../heif/decode-heic.js';

/** Opens the original for decoding: all frames for the one format that keeps them, the first otherwise. */
export const decode: Step = {
  name: 'decode',
  async run(context) {
    const { frames, heif } = need(context, 'source');
    const input = heif ? await decodeHeic(context, heif) : context.input.path;
    context.decoder = sharp(input, {
      // Cut-off and broken data fail. Not 'warning': that also fails whole pictures for an odd tag.
      failOn: context.lenient ? 'truncated' : 'error',
      ignoreIcc: context.conversion !== undefined,
      animated: context.format === 'webp' && frames > 1,
      limitInputPixels: context.limits.maxPixels,
    });
  },
};
