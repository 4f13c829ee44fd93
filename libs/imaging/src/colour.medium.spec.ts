import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLUE, drawQuarters, GREEN, RED, UPRIGHT, YELLOW } from './testing/drawings.js';
import { drawGreyProfile } from './testing/grey-profile.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const quarters = () => drawQuarters(300, 200);
/** Colours within the gamut of ink, which excludes the brightest colours of a screen. */
const printable = () =>
  drawQuarters(300, 200, [
    [150, 60, 60],
    [70, 120, 80],
    [70, 80, 130],
    [160, 150, 90],
  ]);

async function jpegOf(original: Buffer): Promise<Buffer> {
  return only((await bench.process(original, oneSize(150))).variants).data;
}

async function expectQuarters(encoded: Buffer, expected: readonly (readonly number[])[], within: number) {
  const places = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ] as const;
  for (const [index, [x, y]] of places.entries()) {
    expect(distance(await colourAt(encoded, x, y), expected[index] ?? [])).toBeLessThanOrEqual(within);
  }
  const { space, hasProfile, depth } = await sharp(encoded).metadata();
  expect({ space, hasProfile, depth }).toEqual({ space: 'srgb', hasProfile: false, depth: 'uchar' });
}

describe('colours become sRGB', () => {
  it.each<[string, () => Sharp, number]>([
    ['sRGB without a profile', () => quarters().png(), 6],
    ['sRGB with a profile', () => quarters().withIccProfile('srgb').png(), 6],
    ['Display P3', () => quarters().withIccProfile('p3').png(), 6],
    [
      'Display P3 as JPEG',
      () => quarters().withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      8,
    ],
    ['Display P3 as WebP', () => quarters().withIccProfile('p3').webp({ lossless: true }), 6],
    ['16 bits', () => quarters().toColourspace('rgb16').png(), 6],
    ['16 bits in TIFF', () => quarters().toColourspace('rgb16').tiff({ compression: 'deflate' }), 6],
    ['a palette', () => quarters().png({ palette: true }), 6],
    ['interlaced PNG', () => quarters().png({ progressive: true }), 6],
    [
      'progressive JPEG',
      () => quarters().jpeg({ progressive: true, quality: 100, chromaSubsampling: '4:4:4' }),
      8,
    ],
    ['GIF', () => quarters().gif(), 8],
    ['lossless AVIF', () => quarters().avif({ lossless: true }), 8],
  ])('from %s', async (_what, draw, within) => {
    await expectQuarters(await jpegOf(await draw().toBuffer()), UPRIGHT, within);
  });

  it('from 16 bits in Display P3, at the size of the source and smaller', async () => {
    const p3 = await quarters().withIccProfile('p3').png().toBuffer();
    // The same numbers as in the 8-bit picture, 16 bits each, under the same profile.
    const deep = await sharp(p3, { ignoreIcc: true })
      .toColourspace('rgb16')
      .keepIccProfile()
      .png()
      .toBuffer();
    expect(await sharp(deep).metadata()).toMatchObject({ depth: 'ushort', hasProfile: true, space: 'rgb16' });
    await expectQuarters(await jpegOf(deep), UPRIGHT, 8);
    await expectQuarters(only((await bench.process(deep, oneSize(1600))).variants).data, UPRIGHT, 8);
  });

  it('from CMYK with and without a profile', async () => {
    const wanted = [
      [150, 60, 60],
      [70, 120, 80],
      [70, 80, 130],
      [160, 150, 90],
    ];
    const withProfile = await printable().withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(await sharp(withProfile).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
    await expectQuarters(await jpegOf(withProfile), wanted, 30);
    const without = await printable().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(await sharp(without).metadata()).toMatchObject({ space: 'cmyk', hasProfile: false });
    await expectQuarters(await jpegOf(without), wanted, 30);
  });

  it.each([8, 16])('from grey of %i bits, with its profile applied', async (bits) => {
    const grey = sharp({
      create: { width: 90, height: 60, channels: 3, background: { r: 64, g: 64, b: 64 } },
    });
    const space = bits === 8 ? 'b-w' : 'grey16';
    const plain = await grey.clone().toColourspace(space).png().toBuffer();
    expect(distance(await colourAt(await jpegOf(plain), 0.5, 0.5), [64, 64, 64])).toBeLessThan(3);

    // 64 of 255 in a linear profile is as bright as 137 in sRGB.
    const profile = join(bench.folder, 'linear.icc');
    await writeFile(profile, drawGreyProfile(1));
    const tagged = await tagGrey(plain, profile);
    expect(distance(await colourAt(await jpegOf(tagged), 0.5, 0.5), [137, 137, 137])).toBeLessThan(4);
  });

  it('from a picture with a broken profile, approximately', async () => {
    const broken = Buffer.from(await quarters().withIccProfile('p3').webp({ lossless: true }).toBuffer());
    const at = broken.indexOf('ICCP');
    broken.fill(0xff, at + 8 + 36, at + 8 + 400);
    expect((await sharp(broken).metadata()).hasProfile).toBe(true);
    // Read as sRGB: the colours are wrong, but that does not fail a complete picture.
    const data = await jpegOf(broken);
    expect(distance(await colourAt(data, 0.25, 0.25), RED)).toBeLessThan(60);
  });
});

describe('alpha', () => {
  /** A disc of one colour with a soft edge on a transparent background, whose hidden colour is black. */
  const disc = (colour: readonly number[]) => {
    const side = 400;
    const data = Buffer.alloc(side * side * 4);
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const alpha = Math.max(0, Math.min(1, (150 - Math.hypot(x - 200, y - 200)) / 20 + 0.5));
        if (alpha > 0) data.set([...colour, Math.round(alpha * 255)], (y * side + x) * 4);
      }
    }
    return sharp(data, { raw: { width: side, height: side, channels: 4 } });
  };

  it.each([100, 400])(
    'is flattened onto white in JPEG, without a dark fringe, at %i pixels',
    async (longSide) => {
      const original = await disc([255, 255, 255]).png().toBuffer();
      const jpeg = only((await bench.process(original, oneSize(longSide))).variants).data;
      const { channels } = await sharp(jpeg).stats();
      expect(channels).toHaveLength(3);
      // White on white is white everywhere.
      for (const { min } of channels) expect(min).toBeGreaterThanOrEqual(253);
    },
  );

  it.each(['webp', 'avif'] as const)('is kept in %s', async (format) => {
    const original = await disc(GREEN).png().toBuffer();
    for (const longSide of [100, 400]) {
      const { data } = only(await bench.encode(original, format, oneSize(longSide)));
      expect((await colourAt(data, 0.02, 0.02))[3]).toBe(0);
      const centre = await colourAt(data, 0.5, 0.5);
      expect(centre[3]).toBe(255);
      expect(distance(centre, GREEN)).toBeLessThan(12);
      // In the middle of the edge: half transparent, and as green as the rest.
      const edge = await colourAt(data, 0.5 + 150 / 400, 0.5);
      expect(edge[3]).toBeGreaterThan(60);
      expect(edge[3]).toBeLessThan(195);
      expect(distance(edge, GREEN)).toBeLessThan(45);
    }
  });

  it('is kept in a grey picture', async () => {
    const rgba = disc([120, 120, 120]);
    const original = await rgba.toColourspace('b-w').png().toBuffer();
    expect((await sharp(original).metadata()).channels).toBe(2);
    const { data } = only(await bench.encode(original, 'webp', oneSize(100)));
    expect(distance(await colourAt(data, 0.5, 0.5), [120, 120, 120, 255])).toBeLessThan(6);
    expect((await colourAt(data, 0.02, 0.02))[3]).toBe(0);
    const jpeg = await jpegOf(original);
    expect(distance(await colourAt(jpeg, 0.02, 0.02), [255, 255, 255])).toBeLessThan(3);
  });

  it('of a single palette entry is kept', async () => {
    const original = await disc(BLUE).png({ palette: true }).toBuffer();
    const { data } = only(await bench.encode(original, 'webp', oneSize(100)));
    expect((await colourAt(data, 0.02, 0.02))[3]).toBe(0);
    expect(distance(await colourAt(data, 0.5, 0.5), BLUE)).toBeLessThan(14);
  });
});

it('keeps the colours of an opaque picture in WebP', async () => {
  const { data } = only(await bench.encode(await quarters().png().toBuffer(), 'webp', oneSize(150)));
  expect(distance(await colourAt(data, 0.75, 0.75), YELLOW)).toBeLessThan(12);
  expect((await sharp(data).metadata()).hasAlpha).toBe(false);
});

/** Adds the profile without converting the values: an iCCP chunk after IHDR. */
async function tagGrey(png: Buffer, profilePath: string): Promise<Buffer> {
  const rgb = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
    .toColourspace('b-w')
    .withIccProfile(profilePath)
    .png()
    .toBuffer();
  const at = rgb.indexOf('iCCP') - 4;
  const chunk = rgb.subarray(at, at + 12 + rgb.readUInt32BE(at));
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}
