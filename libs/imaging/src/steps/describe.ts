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
    const resized = openPixels(firstFrame(source), context.deadline).resize(width, height, { fit: 'fill' });
    // Sharp takes as long to add the alpha of these few pixels as to resize them.
    const rgba =
      source.channels === 3
        ? opaque(await resized.raw().toBuffer())
        : await resized.ensureAlpha().raw().toBuffer();
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

function opaque(rgb: Buffer): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4)
    rgba.set(rgb.subarray(from, from + 3), to);
  return rgba;
}
