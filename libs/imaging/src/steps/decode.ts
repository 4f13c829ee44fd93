import { outputFormats } from '@darkroom/contracts';
import sharp, { type FailOnOptions } from 'sharp';
import { type Context, need, type Step } from '../context.js';
import { loaders } from '../loaders.js';
import { shrinkOnLoad } from '../shrink-on-load.js';

/** Opens the original for decoding: all frames for an animated format, otherwise the first frame. */
export const decode: Step = {
  name: 'decode',
  async run(context) {
    const source = need(context, 'source');
    const own = await loaders[source.contentType].decode?.(context);
    const { frames, mended, page } = source;
    const input = own ?? mended ?? pathWithShrink(context);
    context.decoder = sharp(input, {
      failOn: failOn(context),
      // Some decoders find the profile only while they decode.
      ignoreIcc: source.icc === undefined || context.conversion !== undefined,
      animated: outputFormats[context.format].animated && frames > 1,
      limitInputPixels: context.limits.maxPixels,
      ...(page === undefined ? {} : { page }),
    });
  },
};

/**
 * libvips accepts loader options after a file's name, which is the only way to pass this one through sharp. The path is
 * our own; a path with a bracket, in an unusual temporary folder, gets no option.
 */
function pathWithShrink(context: Context): string {
  const { path } = context.input;
  const { contentType, metadata, orientation } = need(context, 'source');
  if (contentType !== 'image/jpeg' || path.includes('[')) return path;
  const { width, height } = need(context, 'ladder').largest;
  const shrink = shrinkOnLoad(
    metadata,
    orientation >= 5 ? { width: height, height: width } : { width, height },
  );
  return shrink === 1 ? path : `${path}[shrink=${shrink}]`;
}

/**
 * Truncated and broken data fail. libjpeg only warns about data that ends too early, and continues with grey; the
 * warnings of other decoders are about odd tags in complete pictures.
 */
function failOn(context: Context): FailOnOptions {
  const isJpeg = need(context, 'source').contentType === 'image/jpeg';
  if (context.lenient) return isJpeg ? 'error' : 'truncated';
  return isJpeg ? 'warning' : 'error';
}
