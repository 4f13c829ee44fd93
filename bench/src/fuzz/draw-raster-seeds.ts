import { drawBmp, drawIco, drawPsd, drawQoi, drawWithMagick } from '@darkroom/imaging/testing';
import type { Sharp } from 'sharp';

/** Draws the formats that libvips does not read here, each with every variant that has separate decoder code. */
export async function drawRasterSeeds(
  draw: (channels: 1 | 3 | 4) => Sharp,
): Promise<{ name: string; bytes: Buffer }[]> {
  const [grey, rgb, rgba] = [
    await pixelsOf(draw(1), 1),
    await pixelsOf(draw(3), 3),
    await pixelsOf(draw(4), 4),
  ];
  const png = await draw(4).png().toBuffer();
  const seeds: [string, Buffer][] = [
    ['jxl', await drawWithMagick('JXL', rgb)],
    ['jxl-alpha', await drawWithMagick('JXL', rgba)],
    ['jxl-grey', await drawWithMagick('JXL', grey)],
    ['jxl-lossy', await drawWithMagick('JXL', rgb, 80)],
    ['jp2', await drawWithMagick('JP2', rgb)],
    ['jp2-lossy', await drawWithMagick('JP2', rgb, 40)],
    ['jp2-codestream', await drawWithMagick('J2K', grey)],
    ['psd', drawPsd({ ...rgb, mode: 3, planes: planesOf(rgb) })],
    ['psd-runs-alpha', drawPsd({ ...rgba, mode: 3, planes: planesOf(rgba), runs: true, layers: -1 })],
    ['psd-large', drawPsd({ ...rgb, mode: 3, planes: planesOf(rgb), runs: true, large: true })],
    ['psd-cmyk', drawPsd({ ...rgba, mode: 4, planes: planesOf(rgba) })],
    ['psd-lab', drawPsd({ ...rgb, mode: 9, planes: planesOf(rgb) })],
    ['psd-indexed', drawPsd({ ...grey, mode: 2, planes: planesOf(grey), colours: Buffer.alloc(768, 90) })],
    ['bmp', drawBmp(rgb, { bits: 24 })],
    ['bmp-alpha', drawBmp(rgba, { bits: 32, topDown: true })],
    ['bmp-palette', drawBmp(grey, { bits: 8 })],
    ['bmp-runs', drawBmp(grey, { bits: 8, runs: true })],
    ['ico', drawIco([rgba])],
    ['ico-png', drawIco([{ width: rgba.width, height: rgba.height, png }])],
    ['qoi', drawQoi(rgb)],
    ['qoi-alpha', drawQoi(rgba)],
  ];
  return seeds.map(([name, bytes]) => ({ name, bytes }));
}

async function pixelsOf<T extends 1 | 3 | 4>(image: Sharp, channels: T) {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data };
}

function planesOf({ channels, data }: { channels: number; data: Buffer }): Buffer[] {
  return Array.from({ length: channels }, (_, channel) =>
    Buffer.from(data.filter((__, at) => at % channels === channel)),
  );
}
