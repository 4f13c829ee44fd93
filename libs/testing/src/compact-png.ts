import sharp from 'sharp';

/** Shares of the width, tried in order. */
const WIDTHS = [1, 0.85, 0.7, 0.6, 0.5];

/**
 * Makes a screenshot small enough to keep in the repository: first with fewer colours, then with fewer pixels.
 *
 * @param maxBytes - the largest allowed size
 * @returns a PNG
 * @throws Error when it cannot be made small enough
 */
export async function compactPng(png: Uint8Array, maxBytes: number): Promise<Buffer> {
  const { width } = await sharp(png).metadata();
  for (const share of WIDTHS) {
    const compact = await sharp(png)
      .resize({ width: Math.round(width * share), kernel: 'lanczos3' })
      .png({ palette: true, colours: 256, quality: 90, dither: 0.6, effort: 8, compressionLevel: 9 })
      .toBuffer();
    if (compact.length <= maxBytes) return compact;
  }
  throw new Error(`the picture stays larger than ${maxBytes} bytes`);
}
