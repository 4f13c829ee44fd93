import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayP3 } from './testing/display-p3.js';
import { drawExif } from './testing/draw-exif.js';
import { codedFixture, drawHeif, exifData, iccColour, numberedColour } from './testing/draw-heif.js';
import { drawQuarters, drawTiff } from './testing/drawings.js';
import { createWorkbench, distance, oneSize, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const factsOf = async (file: Buffer) => (await bench.process(file, oneSize(50))).facts;
const PHONE = {
  IFD0: { Make: 'Apple', Model: 'iPhone 17' },
  IFD2: { DateTimeOriginal: '2026:07:01 18:30:00', OffsetTimeOriginal: '+02:00' },
};
const SHOT = { takenAt: '2026-07-01T18:30:00+02:00', camera: 'Apple iPhone 17' };
const UNKNOWN = { takenAt: null, camera: null, colourProfile: null };

describe('facts', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('of a %s are read', async (format) => {
    const file = await drawQuarters(60, 40).withExif(PHONE).withIccProfile('p3').toFormat(format).toBuffer();
    // The name that libvips gives its own Display P3 profile.
    expect(await factsOf(file)).toMatchObject({ ...SHOT, colourProfile: 'sP3C', frames: 1 });
  });

  it('of a HEIC are read', async () => {
    const picture = await codedFixture('quarters');
    const exif = drawExif(
      { 0x010f: 'Apple', 0x0110: 'iPhone 17' },
      { 0x9003: '2026:07:01 18:30:00', 0x9011: '+02:00' },
    );
    const withColour = (colour: Buffer) =>
      drawHeif({
        items: [
          { id: 1, type: 'hvc1', data: picture.data, properties: [...picture.properties, colour] },
          { id: 2, type: 'Exif', data: exifData(exif) },
        ],
        references: [['cdsc', 2, [1]]],
      });
    const profile = (await displayP3()) ?? Buffer.alloc(0);
    expect(await factsOf(withColour(iccColour(profile)))).toMatchObject({ ...SHOT, colourProfile: 'sP3C' });
    const numbered = await factsOf(withColour(numberedColour(12, 13, 6)));
    expect(numbered).toMatchObject({ ...SHOT, colourProfile: 'Display P3' });
    expect(await factsOf(withColour(numberedColour(1, 13, 6)))).toMatchObject({ colourProfile: null });
  });

  it('are null where the original does not state them', async () => {
    for (const file of [await drawQuarters(60, 40).png().toBuffer(), drawTiff(60, 40, 'Ann', 1)]) {
      expect(await factsOf(file)).toMatchObject({ ...UNKNOWN, frames: 1 });
    }
  });

  it('count the frames of an animation', async () => {
    const frames = [drawQuarters(30, 20), drawQuarters(30, 20).negate(), drawQuarters(30, 20)];
    const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const gif = await sharp(pngs, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await factsOf(gif)).toMatchObject({ frames: 3 });
  });

  it('contain the colour of the largest part', async () => {
    const picture = sharp({ create: { width: 90, height: 60, channels: 4, background: '#2040c0' } });
    const patch = { create: { width: 50, height: 50, channels: 3, background: '#f0f010' } } as const;
    const file = await picture
      .composite([{ input: patch, left: 0, top: 0 }])
      .png()
      .toBuffer();
    // The colour comes from a resized thumbnail, which moves a value by one or two.
    const { dominantColour } = await factsOf(file);
    const colour = [1, 3, 5].map((at) => Number.parseInt(dominantColour?.slice(at, at + 2) ?? '', 16));
    expect(distance(colour, [0x20, 0x40, 0xc0])).toBeLessThanOrEqual(2);
    const nothing = { create: { width: 9, height: 9, channels: 4, background: '#f000' } } as const;
    // The colour describes the transparent original, not the opaque JPEG.
    expect((await factsOf(await sharp(nothing).png().toBuffer())).dominantColour).toBeNull();
  });
});
