import { need, type Step } from '../context.js';

/**
 * Turns every colour space into 8-bit sRGB while decoding, but for what `convert` does after the shrink. Sharp honours the embedded profile by itself, and takes CMYK without one
 * for libvips' own CMYK profile; it needs help with 16 bits a channel.
 *
 * The variants embed no profile: CSS Color 4 (3.1) and every browser take an untagged picture for sRGB, and even the
 * smallest profile would add a tenth to a thumbnail.
 */
export const colour: Step = {
  name: 'colour',
  run(context) {
    const { metadata } = need(context, 'source');
    const decoder = need(context, 'decoder');
    if (!metadata.hasProfile || context.conversion !== undefined) return;
    // Sharp 0.35 converts 16-bit RGB with a profile to Display P3 and leaves it there unless told the output profile.
    if (metadata.space === 'rgb16') decoder.withIccProfile('srgb', { attach: false });
    // It ignores the profile of 16-bit grey, but honours it once there are 8 bits.
    if (metadata.space === 'grey16') decoder.pipelineColourspace('b-w');
  },
};
