import { rgbaToThumbHash } from 'thumbhash';
import { need, type Step } from '../context.js';
import { firstFrame, openPixels } from '../pixels.js';
import { variantSize } from '../variant-size.js';

/** Pixels; ThumbHash takes no more on a side. */
export const THUMBHASH_SIDE = 100;

/** Tells what is known of the picture after decoding it. */
export const describe: Step = {
  name: 'describe',
  async run(context) {
    const { upright, frames } = need(context, 'source');
    const { width, height } = variantSize(upright, THUMBHASH_SIDE);
    const rgba = await openPixels(firstFrame(need(context, 'pixels')), context.deadline)
      .resize(width, height, { fit: 'fill' })
      .ensureAlpha()
      .raw()
      .toBuffer();
    const thumbhash = Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
    context.facts = { ...upright, frames, thumbhash };
  },
};
