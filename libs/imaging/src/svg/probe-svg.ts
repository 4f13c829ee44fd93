import { readFileSync } from 'node:fs';
import type { Metadata } from 'sharp';
import { type Drawn, drawSvg } from './draw-svg.js';
import { readSvgText } from './svg-text.js';

/**
 * Draws an SVG while its header is read, because only a drawing has a size in pixels. The pixels are at most those of
 * the largest variant, so no limit is needed before.
 *
 * @param fd - an open file; stays open
 * @param longSide - pixels of the longer side of the drawing
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export async function probeSvg(fd: number, longSide: number): Promise<{ metadata: Metadata; drawn: Drawn }> {
  const { own, drawn } = await drawSvg(readSvgText(readFileSync(fd)), longSide);
  const metadata: Metadata = {
    format: 'svg',
    ...own,
    autoOrient: own,
    space: 'srgb',
    channels: 4,
    depth: 'uchar',
    isProgressive: false,
    isPalette: false,
    hasAlpha: true,
    hasProfile: false,
  };
  return { metadata, drawn };
}
