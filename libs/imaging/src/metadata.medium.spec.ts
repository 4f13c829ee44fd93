import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credits, readCredits, readFromMemory } from './exif-credits.js';
import { drawQuarters, drawTiff } from './testing/drawings.js';
import { createWorkbench, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const FORMATS = ['jpeg', 'webp', 'avif'] as const;
const SECRETS = ['SecretMaker', 'SecretModel', 'SecretSerial', 'SecretXmp', 'SecretSoftware', '51/1'];

/** A picture that tells where, when and with what it was taken. */
function drawTalkative(credits: Record<string, string>) {
  return drawQuarters(300, 200)
    .withExif({
      IFD0: { Make: 'SecretMaker', Model: 'SecretModel', Software: 'SecretSoftware', ...credits },
      IFD2: { DateTimeOriginal: '2026:01:02 03:04:05', BodySerialNumber: 'SecretSerial' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><SecretXmp/></x:xmpmeta>');
}

async function creditsIn(encoded: Buffer): Promise<Credits> {
  const { exif } = await sharp(encoded).metadata();
  return exif ? readCredits(readFromMemory(exif)) : {};
}

async function variantsOf(original: Buffer): Promise<Buffer[]> {
  const made = FORMATS.map((format) => bench.encode(original, format, oneSize(150)));
  return (await Promise.all(made)).map((variants) => only(variants).data);
}

describe('metadata', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'of a %s is stripped, all but the credits',
    async (format) => {
      const original = await drawTalkative({ Artist: 'Ann Miller', Copyright: '(c) 2026 Ann Miller' })
        .toFormat(format)
        .toBuffer();
      expect(original.includes('SecretMaker')).toBe(true);
      for (const data of await variantsOf(original)) {
        expect(await creditsIn(data)).toEqual({ artist: 'Ann Miller', copyright: '(c) 2026 Ann Miller' });
        const { xmp, iptc, icc, orientation } = await sharp(data).metadata();
        expect({ xmp, iptc, icc, orientation }).toEqual({});
        for (const secret of SECRETS) expect(data.includes(secret)).toBe(false);
      }
    },
  );

  it('is not written at all when there are no credits', async () => {
    for (const data of await variantsOf(await drawTalkative({}).jpeg().toBuffer())) {
      const { exif, xmp } = await sharp(data).metadata();
      expect({ exif, xmp }).toEqual({});
      for (const secret of SECRETS) expect(data.includes(secret)).toBe(false);
    }
  });

  // sharp cannot write such texts into an original, a TIFF drawn by hand can hold any.
  it.each([
    '© Zoë Müller (all rights reserved)',
    '山田 太郎',
    'x',
    'ab',
    'abcd',
    '____',
    '😀 '.repeat(300).trim(),
  ])('keeps the copyright "%s" as it is', async (copyright) => {
    for (const data of await variantsOf(drawTiff(60, 40, copyright, 1))) {
      expect(await creditsIn(data)).toEqual({ copyright });
      // The picture around it is still whole.
      await sharp(data, { failOn: 'warning' }).raw().toBuffer();
    }
  });

  it('keeps the credits of an animation, and the animation', async () => {
    const frames = [drawQuarters(40, 30), drawQuarters(40, 30).negate()];
    const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
    const original = await sharp(pngs, { join: { animated: true } })
      .withExif({ IFD0: { Artist: 'Ann' } })
      .webp()
      .toBuffer();
    const { data } = only(await bench.encode(original, 'webp', oneSize(20)));
    expect(await creditsIn(data)).toEqual({ artist: 'Ann' });
    expect((await sharp(data, { failOn: 'warning', animated: true }).metadata()).pages).toBe(2);
  });
});
