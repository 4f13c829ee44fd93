import { rmSync } from 'node:fs';
import type { Context } from './context.js';
import { releasePixels } from './pixels.js';

/**
 * Frees the pixels of a picture, and removes the file that `unwrap` wrote. Call it when every step has ended. Each step
 * waits for all work that it began, including work that sharp's timeout ends: no one reads the pixels then.
 */
export async function releaseContext({ pixelLadder, pixels, wrapper, input }: Context): Promise<void> {
  await pixelLadder?.release();
  if (pixels) releasePixels(pixels);
  if (wrapper) rmSync(input.path, { force: true });
}
