import { need, type Step } from '../context.js';
import { THUMBHASH_SIDE } from '../thumbhash.js';
import { variantSize } from '../variant-size.js';

/** Computes the size of every variant from the upright size of the source. */
export const ladder: Step = {
  name: 'ladder',
  run(context) {
    const { upright } = need(context, 'source');
    const { sizes } = context.recipe;
    context.ladder = {
      variants: sizes.map((size) => ({ ...size, ...variantSize(upright, size.longSide) })),
      largest: variantSize(upright, Math.max(THUMBHASH_SIDE, ...sizes.map(({ longSide }) => longSide))),
    };
  },
};
