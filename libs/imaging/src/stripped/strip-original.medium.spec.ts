import { drawAnimatedWebp, drawJpeg, drawWebp } from '@darkroom/testing';
import sharp, { type Sharp, type WebpOptions } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credits, readCredits } from '../exif-credits.js';
import { readFromMemory } from '../exif-ifd.js';
import { withSegments } from '../testing/bombs.js';
import { createWorkbench, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SIZE = { width: 400, height: 300 };
const CREDITS = { Artist: 'Zoë', Copyright: '©' };
const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' };

/** A JPEG of so low a quality that encoding it again makes it larger. */
const lowQuality = async () =>
  sharp(await drawJpeg(SIZE))
    .jpeg({ quality: 30 })
    .toBuffer();
const variantOf = async (original: Buffer, format: 'jpeg' | 'webp' = 'jpeg', side = 1600) =>
  only(await bench.encode(original, format, oneSize(side))).data;
const pixelsOf = (picture: Buffer) => sharp(picture).raw().toBuffer();

async function creditsIn(encoded: Buffer): Promise<Credits> {
  const { exif } = await sharp(encoded).metadata();
  return exif ? readCredits(readFromMemory(exif)) : {};
}

/** Whether the variant holds the coded data of the original: every byte from its first scan on, to its end. */
function holdsScansOf(variant: Buffer, original: Buffer): boolean {
  const scans = original.subarray(original.indexOf('\xff\xda', 0, 'latin1'));
  return variant.includes(scans.subarray(0, scans.lastIndexOf('\xff\xd9', undefined, 'latin1') + 2));
}

describe('a JPEG that would grow', () => {
  it.each<[string, (picture: Sharp) => Sharp]>([
    ['baseline', (picture) => picture.jpeg({ quality: 30 })],
    ['progressive', (picture) => picture.jpeg({ quality: 30, progressive: true })],
    ['at full chroma', (picture) => picture.jpeg({ quality: 25, chromaSubsampling: '4:4:4' })],
    ['grey', (picture) => picture.toColourspace('b-w').jpeg({ quality: 30 })],
  ])('is handed out itself: %s', async (_, encode) => {
    const original = await encode(sharp(await drawJpeg(SIZE))).toBuffer();
    const variant = await variantOf(original);
    expect(variant.length).toBeLessThanOrEqual(original.length);
    expect(holdsScansOf(variant, original)).toBe(true);
    expect((await pixelsOf(variant)).equals(await pixelsOf(original))).toBe(true);
  });

  it('loses its metadata and all that follows its end, and keeps its credits', async () => {
    const plain = await lowQuality();
    const tagged = await sharp(plain)
      .withExif({ IFD0: { Make: 'SecretMaker', ...CREDITS }, IFD3: GPS })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><SecretXmp/></x:xmpmeta>')
      .jpeg({ quality: 30 })
      .toBuffer();
    const commented = withSegments(tagged, 0xfe, 1, () => Buffer.from('SecretComment'));
    const original = Buffer.concat([commented, Buffer.from('SecretTrailer'), plain]);
    const variant = await variantOf(original);
    expect(holdsScansOf(variant, tagged)).toBe(true);
    for (const secret of ['Secret', 'adobe:ns:meta', '51/1']) expect(variant.includes(secret)).toBe(false);
    expect(variant.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    const { exif, xmp, icc } = await sharp(variant, { failOn: 'warning' }).metadata();
    expect({ xmp, icc }).toEqual({});
    expect(exif?.includes('SecretMaker')).toBe(false);
    // Sharp wrote the original's credits in ASCII.
    expect(await creditsIn(variant)).toEqual({ artist: 'Zoe', copyright: '(C)' });
  });

  it('loses the thumbnail in its JFIF segment', async () => {
    const plain = await lowQuality();
    const jfif = Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01Secret', 'latin1');
    const original = withSegments(plain, 0xe0, 1, () => jfif);
    const variant = await variantOf(original);
    expect(holdsScansOf(variant, original)).toBe(true);
    expect(variant.includes('Secret')).toBe(false);
  });

  it('is encoded again when it is shrunk, rotated, or in other colours', async () => {
    const plain = await lowQuality();
    expect(holdsScansOf(await variantOf(plain, 'jpeg', 399), plain)).toBe(false);
    for (const change of [
      (picture: Sharp) => picture.withMetadata({ orientation: 3 }),
      (picture: Sharp) => picture.withIccProfile('p3'),
      (picture: Sharp) => picture.toColourspace('cmyk'),
    ]) {
      const original = await change(sharp(plain)).jpeg({ quality: 30 }).toBuffer();
      expect(holdsScansOf(await variantOf(original), original)).toBe(false);
    }
  });

  it('is handed out itself when its profile is sRGB', async () => {
    const original = await sharp(await lowQuality())
      .withIccProfile('srgb')
      .jpeg({ quality: 30 })
      .toBuffer();
    const variant = await variantOf(original);
    expect(holdsScansOf(variant, original)).toBe(true);
    expect((await sharp(variant).metadata()).hasProfile).toBe(false);
  });

  it.each<[string, (jpeg: Buffer) => Buffer]>([
    ['with a table longer than its segment', (jpeg) => withSegments(jpeg, 0xdb, 1, () => Buffer.alloc(70))],
    ['with an unknown segment', (jpeg) => withSegments(jpeg, 0xf7, 1, () => Buffer.from('Secret'))],
    [
      'with bytes between its segments',
      (jpeg) => Buffer.concat([jpeg.subarray(0, 2), Buffer.from('Secret'), jpeg.subarray(2)]),
    ],
  ])('is encoded again, or refused, when it is unusual: %s', async (_, change) => {
    const original = change(await lowQuality());
    const made = await bench.encode(original, 'jpeg', oneSize(1600)).catch(() => []);
    for (const { data } of made) {
      expect(holdsScansOf(data, original)).toBe(false);
      expect(data.includes('Secret')).toBe(false);
    }
  });

  it('has a WebP that is not larger', async () => {
    const original = await sharp(await drawJpeg(SIZE))
      .jpeg({ quality: 50 })
      .toBuffer();
    const jpeg = await variantOf(original);
    expect(holdsScansOf(jpeg, original)).toBe(true);
    expect((await variantOf(original, 'webp')).length).toBeLessThanOrEqual(jpeg.length);
  });
});

describe('a WebP that would grow', () => {
  it.each<[string, WebpOptions, boolean]>([
    ['lossy', { quality: 20 }, false],
    ['lossy, with alpha', { quality: 20 }, true],
  ])('is handed out itself, without its metadata: %s', async (_, options, alpha) => {
    const original = await sharp(await drawWebp({ ...SIZE, alpha }))
      .withExif({ IFD0: { Make: 'SecretMaker', ...CREDITS }, IFD3: GPS })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><SecretXmp/></x:xmpmeta>')
      .webp(options)
      .toBuffer();
    const variant = await variantOf(Buffer.concat([original, Buffer.from('SecretTrailer')]), 'webp');
    expect(variant.length).toBeLessThan(original.length);
    expect((await pixelsOf(variant)).equals(await pixelsOf(original))).toBe(true);
    for (const secret of ['Secret', 'adobe:ns:meta', '51/1']) expect(variant.includes(secret)).toBe(false);
    expect(await creditsIn(variant)).toEqual({ artist: 'Zoe', copyright: '(C)' });
    const { xmp, icc, hasAlpha } = await sharp(variant).metadata();
    expect({ xmp, icc, hasAlpha }).toEqual({ hasAlpha: alpha });
  });

  it('is a plain file without credits', async () => {
    const original = await sharp(await drawWebp(SIZE))
      .withExif({ IFD0: { Make: 'Secret' } })
      .webp({ quality: 20 })
      .toBuffer();
    const variant = await variantOf(original, 'webp');
    expect(variant.toString('latin1', 8, 16)).toBe('WEBPVP8 ');
    expect((await pixelsOf(variant)).equals(await pixelsOf(original))).toBe(true);
  });

  it('is encoded again when it is an animation', async () => {
    const original = await drawAnimatedWebp({ width: 120, height: 90, frames: 3 });
    const variant = await variantOf(original, 'webp');
    expect((await sharp(variant).metadata()).pages).toBe(3);
  });
});
