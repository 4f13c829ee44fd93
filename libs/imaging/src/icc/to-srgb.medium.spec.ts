import { drawJpeg, drawPixels } from '@darkroom/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colourDifference } from '../testing/delta-e.js';
import { buildMatrixProfile, SRGB_COLORANTS } from '../testing/matrix-profile-builder.js';
import { readMatrixProfile } from './matrix-profile.js';
import { convertToSrgb, createSrgbConversion, type SrgbConversion } from './to-srgb.js';

const SIZE = { width: 400, height: 300 };
/** Every colour of a coarse cube, including the edges of the gamut. */
const CUBE = Buffer.from(
  Array.from({ length: 17 ** 3 }, (_, index) =>
    [index % 17, Math.floor(index / 17) % 17, Math.floor(index / 289)].map((step) =>
      Math.min(255, step * 16),
    ),
  ).flat(),
);

async function conversionIn(picture: Buffer): Promise<SrgbConversion> {
  const { icc } = await sharp(picture).metadata();
  const profile = icc === undefined ? null : readMatrixProfile(icc);
  if (profile === null) throw new Error('The drawn picture has no matrix profile.');
  return createSrgbConversion(profile);
}

/** The slow reference: converted by lcms at full size, then resized. */
async function slow(picture: Buffer): Promise<Buffer> {
  return sharp(picture)
    .resize({ ...SIZE, fit: 'fill', fastShrinkOnLoad: false })
    .raw()
    .toBuffer();
}

async function fast(picture: Buffer): Promise<Buffer> {
  const data = await sharp(picture, { ignoreIcc: true })
    .resize({ ...SIZE, fit: 'fill' })
    .raw()
    .toBuffer();
  const conversion = await conversionIn(picture);
  if (!conversion.isIdentity) convertToSrgb(data, 3, conversion);
  return data;
}

describe('conversion after the resize', () => {
  it.each(['srgb', 'p3'])('matches libvips before the resize for a photograph in %s', async (icc) => {
    const picture = await drawJpeg({ width: 1600, height: 1200, icc, quality: 95 });
    const { mean, max } = colourDifference(await slow(picture), await fast(picture));
    expect(mean).toBeLessThan(1);
    expect(max).toBeLessThan(3);
  });

  it('matches lcms for the whole cube of Display P3', async () => {
    const raw = { width: 17 * 17, height: 17, channels: 3 as const };
    const picture = await sharp(CUBE, { raw }).withIccProfile('p3').png().toBuffer();
    const expected = await sharp(picture).raw().toBuffer();
    const data = await sharp(picture, { ignoreIcc: true }).raw().toBuffer();
    convertToSrgb(data, 3, await conversionIn(picture));
    const differences = expected.map((value, index) => Math.abs(value - (data[index] ?? 0)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it('recognises that a profile is sRGB itself, and that Display P3 is not', async () => {
    expect((await conversionIn(await drawJpeg({ ...SIZE, icc: 'srgb' }))).isIdentity).toBe(true);
    expect((await conversionIn(await drawJpeg({ ...SIZE, icc: 'p3' }))).isIdentity).toBe(false);
  });

  it('does not treat a gamma of 2.2 with the primaries of sRGB as sRGB', () => {
    const profile = readMatrixProfile(
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 } }),
    );
    expect(profile && createSrgbConversion(profile).isIdentity).toBe(false);
  });

  it('leaves alpha unchanged', async () => {
    const data = drawPixels({ width: 20, height: 10 }, 4);
    const alpha = data.filter((_, index) => index % 4 === 3);
    convertToSrgb(data, 4, await conversionIn(await drawJpeg({ ...SIZE, icc: 'p3' })));
    expect(data.filter((_, index) => index % 4 === 3)).toEqual(alpha);
  });
});
