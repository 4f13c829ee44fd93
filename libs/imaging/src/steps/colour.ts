import { need, type Step } from '../context.js';

/**
 * Converts every colour space into 8-bit sRGB while decoding, except for what `convert` does after the resize. Sharp
 * applies the embedded profile automatically, and treats CMYK without a profile as libvips' own CMYK profile. It needs
 * help with 16 bits a channel.
 *
 * The variants embed no profile: CSS Color 4 (3.1) and every browser treat an untagged picture as sRGB, and even the
 * smallest profile would add a tenth to a thumbnail.
 */
export const colour: Step = {
  name: 'colour',
  run(context) {
    const { metadata, icc } = need(context, 'source');
    const decoder = need(context, 'decoder');
    // Grey becomes three channels, and 8 bits become 16, so that one conversion serves every picture.
    if (context.deepColour) decoder.toColourspace('rgb16');
    if (icc === undefined || context.conversion !== undefined) return;
    // Sharp 0.35 converts 16-bit RGB with a profile to Display P3, and leaves it there without an explicit output
    // profile.
    if (metadata.space === 'rgb16') decoder.withIccProfile('srgb', { attach: false });
    // Sharp ignores the profile of 16-bit grey, but applies it once the pixels have 8 bits.
    if (metadata.space === 'grey16') decoder.pipelineColourspace('b-w');
  },
};
