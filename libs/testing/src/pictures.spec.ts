import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawAnimatedWebp, drawGif, drawJpeg, drawPng } from './pictures.js';

describe('pictures for tests', () => {
  it('draws the same JPEG twice, with the given size and orientation', async () => {
    const drawing = { width: 120, height: 80, orientation: 6 };
    const picture = await drawJpeg(drawing);
    expect(await drawJpeg(drawing)).toEqual(picture);
    expect(await drawJpeg({ ...drawing, seed: 2 })).not.toEqual(picture);
    expect(await sharp(picture).metadata()).toMatchObject({
      format: 'jpeg',
      width: 120,
      height: 80,
      orientation: 6,
    });
  });

  it('embeds the given EXIF fields and profile', async () => {
    const picture = await drawJpeg({
      width: 32,
      height: 32,
      icc: 'p3',
      exif: { IFD0: { Copyright: 'Ada' }, IFD3: { GPSLatitude: '52/1 0/1 0/1' } },
    });
    const { exif, icc } = await sharp(picture).metadata();
    expect(exif?.toString('latin1')).toContain('Ada');
    expect(icc).toBeDefined();
  });

  it('draws a PNG with alpha', async () => {
    const { channels, hasAlpha } = await sharp(
      await drawPng({ width: 20, height: 10, alpha: true }),
    ).metadata();
    expect({ channels, hasAlpha }).toEqual({ channels: 4, hasAlpha: true });
  });

  it.each([
    ['GIF', drawGif],
    ['WebP', drawAnimatedWebp],
  ])('draws an animated %s', async (_, draw) => {
    const picture = await draw({ width: 24, height: 16, frames: 5 });
    expect(await sharp(picture, { animated: true }).metadata()).toMatchObject({
      width: 24,
      pages: 5,
      pageHeight: 16,
    });
  });
});
