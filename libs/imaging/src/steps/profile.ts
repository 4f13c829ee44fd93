import { namedProfile } from '../colour/named-profile.js';
import { need, type Step } from '../context.js';
import { readMatrixProfile } from '../icc/matrix-profile.js';
import { createSrgbConversion } from '../icc/to-srgb.js';
import { isHdr } from '../named-colour.js';

/**
 * Checks whether three curves and a matrix describe the colours: a matrix profile, as from cameras, phones and screens,
 * or colours that the file names. Its pixels are then converted after the resize instead of before it, and not at all
 * when they are sRGB. For a 12-megapixel photograph this saves 120 to 200 of 260 milliseconds. libvips converts pictures
 * with any other profile, before the resize.
 */
export const profile: Step = {
  name: 'profile',
  run(context) {
    const { metadata, icc, colour } = need(context, 'source');
    if (colour) {
      const named = namedProfile(colour);
      const conversion = named && createSrgbConversion(named);
      if (isHdr(colour) || (conversion && !conversion.isIdentity && metadata.depth === 'ushort')) {
        context.deepColour = colour;
      } else if (conversion) {
        context.conversion = conversion;
      }
      return;
    }
    const isGrey = metadata.space === 'b-w';
    if (icc === undefined || (metadata.space !== 'srgb' && !isGrey) || metadata.depth !== 'uchar') return;
    // It reads only RGB profiles. Grey pixels are decoded as RGB as well.
    const matrixProfile = readMatrixProfile(icc);
    if (matrixProfile !== null) context.conversion = createSrgbConversion(matrixProfile);
  },
};
