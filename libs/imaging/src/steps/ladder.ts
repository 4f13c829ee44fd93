import { need, type Step } from '../context.js';
import { longestSide, variantSize } from '../variant-size.js';

/** Computes the size of every variant from the upright size of the source. */
export const ladder: Step = {
  name: 'ladder',
  run(context) {
    const source = need(context, 'source');
    // A vector graphic is sharp at every size: its variants are smaller than its drawing, not than its own size.
    const size = source.drawn?.size ?? source.upright;
    const { sizes } = context.recipe;
    context.ladder = {
      variants: sizes.map((rung) => ({ ...rung, ...variantSize(size, rung.longSide) })),
      largest: variantSize(size, longestSide(context.recipe)),
    };
  },
};
