import { variantFormats } from '@darkroom/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credits, readCredits } from './exif-credits.js';
import { readFromMemory } from './exif-ifd.js';
import { drawExif } from './testing/draw-exif.js';
import { codedFixture, drawHeif, exifData } from './testing/draw-heif.js';
import { drawQuarters, drawTiff } from './testing/drawings.js';
import { createWorkbench, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SECRETS = ['SecretMaker', 'SecretModel', 'SecretSerial', 'SecretXmp', 'SecretSoftware', '51/1'];

/** A picture whose metadata reveals where, when and with what it was taken. */
function drawWithMetadata(credits: Record<string, string>) {
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
  const made = variantFormats.map((format) => bench.encode(original, format, oneSize(150)));
  return (await Promise.all(made)).map((variants) => only(variants).data);
}

describe('metadata', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'of a %s is removed, except for the credits',
    async (format) => {
      const original = await drawWithMetadata({ Artist: 'Ann Miller', Copyright: '(c) 2026 Ann Miller' })
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
    for (const data of await variantsOf(await drawWithMetadata({}).jpeg().toBuffer())) {
      const { exif, xmp } = await sharp(data).metadata();
      expect({ exif, xmp }).toEqual({});
      for (const secret of SECRETS) expect(data.includes(secret)).toBe(false);
    }
  });

  // sharp cannot write such texts into an original; a TIFF drawn by hand can contain any.
  it.each([
    '© Zoë Müller (all rights reserved)',
    '山田 太郎',
    'x',
    'ab',
    'abcd',
    '____',
    '😀 '.repeat(300).trim(),
  ])('keeps the copyright "%s" unchanged', async (copyright) => {
    for (const data of await variantsOf(drawTiff(60, 40, copyright, 1))) {
      expect(await creditsIn(data)).toEqual({ copyright });
      // The picture is still intact.
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

  it('that no encoder here writes is also removed: maker notes, thumbnails, IPTC', async () => {
    const exif = Buffer.concat([
      Buffer.from('Exif\0\0'),
      drawExif(
        { 0x010f: 'SecretMaker', 0x013b: 'Ann Miller', 0xc62f: 'SecretSerial' },
        { 0x927c: Buffer.from('SecretMakerNote'.repeat(40)), 0xa431: 'SecretSerial', 0xa434: 'SecretLens' },
      ),
      Buffer.from('\xff\xd8SecretThumbnail\xff\xd9', 'latin1'),
    ]);
    const sets = [
      Buffer.from('\x1c\x02\x5a\0\x0aSecretCity', 'latin1'),
      Buffer.from('\x1c\x02\x6e\0\x06Agency', 'latin1'),
      Buffer.from('\x1c\x02\x74\0\x08(c) Ann!', 'latin1'),
    ];
    const iim = Buffer.concat(sets);
    const iptc = Buffer.concat([
      Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0', 'latin1'),
      Buffer.from([iim.length]),
      iim,
      Buffer.alloc(iim.length % 2),
    ]);
    const plain = await drawQuarters(300, 200).jpeg().toBuffer();
    const original = Buffer.concat([
      plain.subarray(0, 2),
      segment(0xe1, exif),
      segment(0xed, iptc),
      segment(0xfe, Buffer.from('SecretComment')),
      plain.subarray(2),
    ]);
    for (const data of await variantsOf(original)) {
      expect(await creditsIn(data)).toEqual({ artist: 'Ann Miller; Agency', copyright: '(c) Ann!' });
      expect(data.includes('Secret')).toBe(false);
    }
  });

  it('of a HEIC is removed, except for the credits', async () => {
    const picture = await codedFixture('quarters');
    const exif = drawExif(
      { 0x010f: 'SecretMaker', 0x8298: '© Ann' },
      { 0x927c: Buffer.from('SecretMakerNote'), 0xa431: 'SecretSerial' },
    );
    const original = drawHeif({
      items: [
        { id: 1, type: 'hvc1', ...picture },
        { id: 2, type: 'Exif', data: exifData(exif) },
      ],
      references: [['cdsc', 2, [1]]],
    });
    for (const data of await variantsOf(original)) {
      expect(await creditsIn(data)).toEqual({ copyright: '© Ann' });
      expect(data.includes('Secret')).toBe(false);
    }
  });
});

/** A segment of a JPEG. */
function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
