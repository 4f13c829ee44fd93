import { need, type Step } from '../context.js';
import { dominantColour } from '../dominant-colour.js';
import { firstFrame, openPixels } from '../pixels.js';
import { THUMBHASH_SIDE, thumbhash } from '../thumbhash.js';
import { variantSize } from '../variant-size.js';

/** Collects the facts of the decoded picture. */
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
    context.facts = {
      ...upright,
      frames,
      thumbhash: thumbhash(width, height, rgba),
      ...shot,
      colourProfile,
      dominantColour: dominantColour(rgba),
    };
  },
};
