import { rgbaToThumbHash } from 'thumbhash';
import { need, type Step } from '../context.js';
import { dominantColour } from '../dominant-colour.js';
import { firstFrame, openPixels } from '../pixels.js';
import { variantSize } from '../variant-size.js';

/** Pixels. ThumbHash takes up to 100 and keeps seven waves a side at most: more pixels cost time and change nothing. */
export const THUMBHASH_SIDE = 64;

/** Tells what is known of the picture after decoding it. */
export const describe: Step = {
  name: 'describe',
  async run(context) {
    const { upright, frames, shot, colourProfile } = need(context, 'source');
    const { width, height } = variantSize(upright, THUMBHASH_SIDE);
    const source = await need(context, 'pixelLadder').sourceFor(THUMBHASH_SIDE);
    const rgba = await openPixels(firstFrame(source), context.deadline)
      .resize(width, height, { fit: 'fill' })
      .ensureAlpha()
      .raw()
      .toBuffer();
    const thumbhash = Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64');
    const colour = dominantColour(rgba);
    context.facts = { ...upright, frames, thumbhash, ...shot, colourProfile, dominantColour: colour };
  },
};
