import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstFormat, outputFormats } from '@darkroom/contracts';
import { type Context, need, type Step } from '../context.js';
import { encoders, encodeWebpWithin, type Picture } from '../encoders.js';
import { kindOf, measureTraits } from '../picture-kind.js';
import { PixelLadder } from '../pixel-ladder.js';
import { firstFrame, openPixels, type Pixels } from '../pixels.js';
import { stripOriginal } from '../stripped/strip-original.js';
import { THUMBHASH_SIDE } from '../thumbhash.js';
import type { Size } from '../variant-size.js';

/** Writes every variant of the ladder in the requested format. */
export const encode: Step = {
  name: 'encode',
  async run(context) {
    const { format, deadline, outputFolder } = context;
    const source = need(context, 'source');
    const all = need(context, 'pixels');
    const sizes = need(context, 'ladder').variants;
    const frames = outputFormats[format].animated ? all : firstFrame(all);
    // The format before, of the same pixels, has left its ladder.
    const pixels = (context.pixelLadder ??= new PixelLadder(frames, sizes, deadline, [THUMBHASH_SIDE]));
    context.variants = [];
    const traits = measureTraits(all);
    // A source smaller than several sizes gives the same picture for each of them: encode it once.
    const made = new Map<string, Buffer>();
    const largest = Math.max(...sizes.map(({ longSide }) => longSide));
    for (const { name, longSide, width, height } of sizes) {
      deadline.check();
      const key = `${width}x${height}`;
      const encoded =
        made.get(key) ??
        (await encodeSize(context, await pixels.sourceFor(longSide), {
          width,
          height,
          kind: kindOf(traits, all, { width, height }),
          source,
          deadline,
        }));
      made.set(key, encoded);
      const data = longSide === largest ? await withGainMap(context, encoded, { width, height }) : encoded;
      const path = join(outputFolder, `${name}.${format}`);
      // Synchronous: a few hundred KB on a local disk, and no other work waits.
      writeFileSync(path, data);
      context.variants.push({ name, format, width, height, bytes: data.length, path });
    }
  },
};

/** Appends the gain map of an UltraHDR original to its largest JPEG, by a setting. */
async function withGainMap(context: Context, encoded: Buffer, size: Size): Promise<Buffer> {
  const { keepGainMap, format } = context;
  if (!keepGainMap || format !== 'jpeg' || need(context, 'source').contentType !== 'image/jpeg')
    return encoded;
  const { readGainMap } = await import('../gain-map/read-gain-map.js');
  const gainMap = await readGainMap(context, size);
  if (gainMap === null) return encoded;
  const { appendGainMap } = await import('../gain-map/append-gain-map.js');
  return appendGainMap(encoded, gainMap);
}

/** Encodes a variant, unless the original is smaller and can be handed out itself. */
async function encodeSize(context: Context, pixels: Pixels, picture: Picture): Promise<Buffer> {
  const { format, deadline } = context;
  const { width, height, source } = picture;
  const resized = () => openPixels(pixels, deadline).resize(width, height, { fit: 'fill' });
  const encoded = await encoders[format](resized(), picture);
  const original = stripOriginal(context, format, picture, encoded.length);
  if (original || format !== 'webp' || source.frames > 1) return original ?? encoded;
  const jpeg = stripOriginal(context, firstFormat, picture, encoded.length);
  return jpeg ? encodeWebpWithin(resized(), picture, jpeg.length) : encoded;
}
