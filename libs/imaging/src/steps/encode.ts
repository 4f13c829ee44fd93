import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputFormats } from '@darkroom/contracts';
import { need, type Step } from '../context.js';
import { encoders } from '../encoders.js';
import { PixelLadder } from '../pixel-ladder.js';
import { firstFrame, openPixels } from '../pixels.js';
import { THUMBHASH_SIDE } from '../thumbhash.js';

/** Writes every variant of the ladder in the requested format. */
export const encode: Step = {
  name: 'encode',
  async run(context) {
    const { format, deadline, outputFolder } = context;
    const source = need(context, 'source');
    const all = need(context, 'pixels');
    const sizes = need(context, 'ladder').variants;
    const frames = outputFormats[format].animated ? all : firstFrame(all);
    const pixels = new PixelLadder(frames, sizes, deadline, [THUMBHASH_SIDE]);
    context.pixelLadder = pixels;
    context.variants = [];
    // A source smaller than several sizes gives the same picture for each of them: encode it once.
    const made = new Map<string, Buffer>();
    for (const { name, longSide, width, height } of sizes) {
      deadline.check();
      const image = openPixels(await pixels.sourceFor(longSide), deadline).resize(width, height, {
        fit: 'fill',
      });
      const key = `${width}x${height}`;
      const data = made.get(key) ?? (await encoders[format](image, { width, height }, source));
      made.set(key, data);
      const path = join(outputFolder, `${name}.${format}`);
      // Synchronous: a few hundred KB on a local disk, and no other work waits.
      writeFileSync(path, data);
      context.variants.push({ name, format, width, height, bytes: data.length, path });
    }
  },
};
