import { closeSync, openSync } from 'node:fs';
import { services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { box } from './heif/write-heif.js';
import { Deadline } from './deadline.js';
import type { Header } from './loader.js';
import { loaders } from './loaders.js';
import {
  type CodedPicture,
  codedFixture,
  codedPictureOf,
  drawHeif,
  iccColour,
  irot,
  ispe,
  numberedColour,
} from './testing/draw-heif.js';
import { drawMany } from './testing/draw-many.js';
import { BLUE, drawQuarters, RED, UPRIGHT } from './testing/drawings.js';
import {
  createWorkbench,
  colourAt,
  distance,
  LIMITS,
  oneSize,
  only,
  type Workbench,
} from './testing/workbench.js';

/** Pictures whose coded data names other colours than their container does not at all; and one of HDR. */
const SCRIPT = `
import imagecodecs, pillow_heif
pillow_heif.register_heif_opener()
ramp = np.tile(np.linspace(0, 1, 96), (64, 1))
rgb = np.stack([ramp, ramp[:, ::-1], ramp * 0 + 0.5], 2)
plain = (rgb * 255).round().astype('uint8')
for name, primaries, transfer in (('p3', 12, 13), ('pq', 9, 16), ('unnamed', 2, 2)):
    files[f'avif-{name}'] = imagecodecs.avif_encode(plain, 90, primaries=primaries, transfer=transfer, matrix=6)
def saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, quality=90, **options)
    return file.getvalue()
named = {'x265:colorprim': 'smpte432', 'x265:transfer': 'iec61966-2-1'}
files['heic-p3'] = saved(Image.fromarray(plain), format='HEIF', enc_params=named)
rights = b'<x:xmpmeta><rdf:Description dc:x=""><dc:rights><rdf:Alt><rdf:li>Ann Miller</rdf:li></rdf:Alt></dc:rights></rdf:Description></x:xmpmeta>'
for name, encoder in (('avif', 'AVIF'), ('heic', 'HEIF')):
    files[f'{name}-xmp'] = saved(Image.fromarray(plain), format=encoder, xmp=rights)
pq = {'color_primaries': 9, 'transfer_characteristics': 16, 'matrix_coefficients': 9, 'full_range_flag': 1}
for bits in (10, 12):
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    deep = (rgb * 65535).round().astype('<u2')
    file = pillow_heif.from_bytes(mode='RGB;16', size=(96, 64), data=deep.tobytes())
    files[f'heic-pq-{bits}'] = saved(file, chroma=444, **pq)
`;

let bench: Workbench;
let draw: (name: string) => Buffer;
let avif: CodedPicture;
let heic: CodedPicture;
beforeAll(async () => {
  bench = await createWorkbench();
  avif = codedPictureOf(await drawQuarters(64, 48).avif({ effort: 0 }).toBuffer());
  heic = await codedFixture('quarters');
  if (services().python) draw = await drawMany(SCRIPT);
});
afterAll(() => bench.dispose());

const TYPES = { avif: 'image/avif', heic: 'image/heic' } as const;
const CODECS = { avif: 'av01', heic: 'hvc1' } as const;
type Format = keyof typeof TYPES;

async function headerOf(file: Buffer, format: Format): Promise<Header> {
  const { path } = await bench.put(file);
  const read = loaders[TYPES[format]].readHeader;
  if (!read) throw new Error(`${format} has no own header.`);
  const fd = openSync(path, 'r');
  try {
    return await read(fd, LIMITS, path, 1600);
  } finally {
    closeSync(fd);
  }
}

/** A file of one picture with these colours. */
function drawColoured(format: Format, picture: CodedPicture, ...colours: Buffer[]): Buffer {
  const properties = [...picture.properties, ...colours];
  return drawHeif({ items: [{ id: 1, type: CODECS[format], ...picture, properties }], brand: format });
}

describe('the colours that a file names', () => {
  it.each(['avif', 'heic'] as const)('in the container of %s are read', async (format) => {
    const picture = format === 'avif' ? avif : heic;
    for (const [primaries, transfer] of [
      [1, 13],
      [12, 13],
      [9, 16],
      [9, 18],
      [2, 8],
    ] as const) {
      const file = drawColoured(format, picture, numberedColour(primaries, transfer, 6));
      expect((await headerOf(file, format)).colour).toEqual({ primaries, transfer });
    }
    const unnamed = drawColoured(format, picture, numberedColour(2, 2, 6));
    expect((await headerOf(unnamed, format)).colour).toBeUndefined();
  });

  it.each(['avif', 'heic'] as const)('yield to the ICC profile of %s', async (format) => {
    const profile = Buffer.alloc(200, 7);
    const picture = format === 'avif' ? avif : heic;
    for (const colours of [
      [iccColour(profile), numberedColour(12, 13, 6)],
      [numberedColour(12, 13, 6), iccColour(profile)],
    ]) {
      const { metadata, colour } = await headerOf(drawColoured(format, picture, ...colours), format);
      expect(metadata.icc).toEqual(profile);
      expect(colour).toBeUndefined();
    }
  });

  describe.skipIf(!services().python)('in the coded data', () => {
    it.each([
      ['avif', 'p3', { primaries: 12, transfer: 13 }],
      ['avif', 'pq', { primaries: 9, transfer: 16 }],
      ['avif', 'unnamed', undefined],
      ['heic', 'p3', { primaries: 12, transfer: 13 }],
    ] as const)('of %s are read when the container names none: %s', async (format, name, colour) => {
      const picture = codedPictureOf(draw(`${format}-${name}`));
      expect((await headerOf(drawColoured(format, picture), format)).colour).toEqual(colour);
    });

    it('yield to the container', async () => {
      const file = drawColoured('avif', codedPictureOf(draw('avif-p3')), numberedColour(1, 13, 6));
      expect((await headerOf(file, 'avif')).colour).toEqual({ primaries: 1, transfer: 13 });
    });
  });
});

describe.skipIf(!services().python)('the credits in XMP', () => {
  it.each(['avif', 'heic'] as const)('of %s are kept', async (format) => {
    const { variants } = await bench.process(draw(`${format}-xmp`), oneSize(50));
    expect(only(variants).data.includes('Ann Miller')).toBe(true);
  });
});

describe.skipIf(!services().python)('a HEIC of PQ', () => {
  it.each([10, 12])('and %i bits is decoded to 16 bits', async (bits) => {
    const input = await bench.put(draw(`heic-pq-${bits}`));
    const { metadata, heif } = await headerOf(draw(`heic-pq-${bits}`), 'heic');
    expect(metadata).toMatchObject({ space: 'rgb16', depth: 'ushort' });
    if (!heif) throw new Error('No header was read.');
    const tiff = await loaders['image/heic'].decode?.({
      input,
      recipe: oneSize(10),
      format: 'jpeg',
      limits: LIMITS,
      outputFolder: bench.folder,
      deadline: new Deadline(10_000),
      source: {
        contentType: 'image/heic',
        metadata,
        heif,
        upright: { width: 96, height: 64 },
        orientation: 1,
        frames: 1,
        credits: {},
        shot: { takenAt: null, camera: null },
        colourProfile: null,
      },
    });
    const { data } = await sharp(tiff ?? Buffer.alloc(0))
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    for (const column of [0, 1, 30, 48, 70, 95]) {
      const red = column / 95;
      const expected = [red, 1 - red, 0.5].map((value) => value * 65_535);
      const found = [0, 2, 4].map((at) => data.readUInt16LE((32 * 96 + column) * 6 + at));
      // The encoder is lossy: 1 % is 10 of 1,023.
      expect(distance(found, expected), `column ${column}`).toBeLessThan(700);
    }
    // Eight bits would have at most 96 multiples of 257.
    const reds = Array.from({ length: 96 }, (_, column) => data.readUInt16LE((32 * 96 + column) * 6));
    expect(reds.filter((value) => value % 257 !== 0).length).toBeGreaterThan(48);
  });
});

describe('a picture made of others', () => {
  const items = (format: Format, picture: CodedPicture) => [{ id: 1, type: CODECS[format], ...picture }];

  it.each(['avif', 'heic'] as const)('in %s may be an unchanged one, turned', async (format) => {
    const picture = format === 'avif' ? avif : heic;
    const { width, height } = picture;
    const turned = { id: 2, type: 'iden', data: Buffer.alloc(0), properties: [ispe(width, height), irot(2)] };
    const file = drawHeif({
      items: [...items(format, picture), turned],
      primaryId: 2,
      references: [['dimg', 2, [1]]],
      brand: format,
    });
    const { facts, variants } = await bench.process(file, oneSize(500));
    expect(facts).toMatchObject({ width, height });
    expect(distance(await colourAt(only(variants).data, 0.75, 0.75), UPRIGHT[0])).toBeLessThan(12);
  });

  it.each(['avif', 'heic'] as const)('in %s may be an overlay', async (format) => {
    const picture = format === 'avif' ? avif : heic;
    const u16 = (value: number) => [value >> 8, value & 255];
    // A canvas of blue, with the picture in its lower right corner.
    const canvas = [40, 60, 220, 255].flatMap((value) => u16(value * 257));
    const place = [200, 150, 200 - picture.width, 150 - picture.height].flatMap(u16);
    const overlay = {
      id: 2,
      type: 'iovl',
      data: Buffer.from([0, 0, ...canvas, ...place]),
      properties: [ispe(200, 150)],
    };
    const file = drawHeif({
      items: [...items(format, picture), overlay],
      primaryId: 2,
      references: [['dimg', 2, [1]]],
      brand: format,
    });
    const { variants } = await bench.process(file, oneSize(500));
    const { data } = only(variants);
    expect(distance(await colourAt(data, 0.05, 0.05), BLUE)).toBeLessThan(12);
    const x = 1 - (picture.width * 0.75) / 200;
    expect(distance(await colourAt(data, x, 1 - (picture.height * 0.75) / 150), RED)).toBeLessThan(12);
  });

  it.each(['avif', 'heic'] as const)('in %s without them is corrupt_image', async (format) => {
    for (const type of ['grid', 'iden', 'iovl']) {
      const file = drawHeif({
        items: [{ id: 1, type, data: Buffer.alloc(8), properties: [ispe(64, 64)] }],
        brand: format,
      });
      await expect(bench.process(file)).rejects.toMatchObject({ code: 'corrupt_image' });
    }
  });
});

describe('unsupported_format names', () => {
  it.each([
    ['avif', 'hvc1', 'coded as HEVC (hvc1)'],
    ['heic', 'av01', 'coded as AV1 (av01)'],
    ['heic', 'vvc1', 'coded as VVC (vvc1)'],
    ['heic', 'avc1', 'coded as AVC (avc1)'],
    ['heic', 'j2k1', 'coded as JPEG 2000 (j2k1)'],
    ['avif', 'jpeg', 'coded as JPEG (jpeg)'],
    ['avif', 'unci', 'coded as uncompressed samples (unci)'],
    ['avif', 'tmap', 'coded as "tmap"'],
    ['heic', '\0\0\0\0', 'of an unknown codec'],
  ] as const)('in %s the codec %j', async (format, type, name) => {
    const picture = format === 'avif' ? avif : heic;
    await expect(
      bench.process(drawHeif({ items: [{ id: 1, ...picture, type }], brand: format })),
    ).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is a HEIF file ${name}, which is not supported. Convert it to PNG.`,
    });
  });

  it.each(['avif', 'heic'] as const)(
    'in %s an unknown property that readers must support',
    async (format) => {
      const { properties, ...picture } = format === 'avif' ? avif : heic;
      const unknown = box('abcd', Buffer.alloc(8));
      const item = { id: 1, type: CODECS[format], ...picture, properties: [unknown, ...properties] };
      const file = drawHeif({ items: [item], brand: format });
      await expect(bench.process(file, oneSize(50))).resolves.toBeDefined();
      // The first association of the first item: after the version, the number of items, the id and the number of its own.
      const at = file.indexOf('ipma') + 15;
      file.writeUInt16BE(file.readUInt16BE(at) | 0x8000, at);
      await expect(bench.process(file)).rejects.toMatchObject({
        code: 'unsupported_format',
        message: expect.stringContaining('with a feature that the decoder lacks'),
      });
    },
  );
});
