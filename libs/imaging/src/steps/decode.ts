import { outputFormats } from '@darkroom/contracts';
import sharp, { type FailOnOptions } from 'sharp';
import { type Context, need, type Step } from '../context.js';
import { loaders } from '../loaders.js';
import { shrinkOnLoad } from '../shrink-on-load.js';

/** Opens the original for decoding: all frames for a format that keeps them, the first otherwise. */
export const decode: Step = {
  name: 'decode',
  async run(context) {
    const { contentType, frames } = need(context, 'source');
    const own = loaders[contentType].decode;
    const input = own ? await own(context) : pathWithShrink(context);
    context.decoder = sharp(input, {
      failOn: failOn(context),
      ignoreIcc: context.conversion !== undefined,
      animated: outputFormats[context.format].animated && frames > 1,
      limitInputPixels: context.limits.maxPixels,
    });
  },
};

/**
 * libvips takes the options of a loader behind a file's name, the only way to say this one through sharp. The path is
 * ours; one with a bracket of its own, below an odd temporary folder, goes without.
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
 * Cut-off and broken data fail. libjpeg only warns of data that ends too early and goes on with grey; the other decoders'
 * warnings are of odd tags in whole pictures.
 */
function failOn(context: Context): FailOnOptions {
  const isJpeg = need(context, 'source').contentType === 'image/jpeg';
  if (context.lenient) return isJpeg ? 'error' : 'truncated';
  return isJpeg ? 'warning' : 'error';
}
