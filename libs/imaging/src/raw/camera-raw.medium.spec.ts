import { readdir } from 'node:fs/promises';
import type { OriginalContentType } from '@darkroom/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawCr3, drawRaf, drawTiffRaw, type RawKind, type RawParts } from '../testing/draw-raw.js';
import { drawDirectories, type Value } from '../testing/draw-tiff-structure.js';
import { drawQuarters, storedQuarters, UPRIGHT } from '../testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
let parts: RawParts;
let noise: Buffer;
beforeAll(async () => {
  bench = await createWorkbench();
  const thumbnail = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  parts = { preview: await drawPreview(1), thumbnail };
  const grain = Buffer.from(Array.from({ length: 720 * 480 * 3 }, (_, index) => (index * 7919) % 251));
  noise = await sharp(grain, { raw: { width: 720, height: 480, channels: 3 } })
    .jpeg()
    .toBuffer();
});
afterAll(() => bench.dispose());

async function drawPreview(orientation: number): Promise<Buffer> {
  return drawQuarters(720, 480, storedQuarters(orientation)).jpeg().toBuffer();
}

const TIFF_KINDS: RawKind[] = ['dng', 'cr2', 'nef', 'arw', 'orf', 'rw2', 'pef'];
const CAMERAS: Record<string, [OriginalContentType, string]> = {
  dng: ['image/x-adobe-dng', 'Apple iPhone 17 Pro'],
  cr2: ['image/x-canon-cr2', 'Canon EOS 5D'],
  cr3: ['image/x-canon-cr3', 'Canon EOS R5'],
  nef: ['image/x-nikon-nef', 'NIKON Z 9'],
  arw: ['image/x-sony-arw', 'SONY ILCE-7M4'],
  orf: ['image/x-olympus-orf', 'OM Digital Solutions OM-1'],
  rw2: ['image/x-panasonic-rw2', 'Panasonic DC-GH6'],
  pef: ['image/x-pentax-pef', 'PENTAX K-1'],
};
const draw = (kind: string, drawn: RawParts) =>
  kind === 'cr3' ? drawCr3(drawn) : drawTiffRaw(kind as RawKind, drawn);

async function expectUpright(data: Buffer): Promise<void> {
  for (const [index, colour] of UPRIGHT.entries()) {
    const [x, y] = [index % 2 === 0 ? 0.2 : 0.8, index < 2 ? 0.2 : 0.8];
    expect(distance(await colourAt(data, x, y), colour)).toBeLessThan(12);
  }
}

describe.each(Object.entries(CAMERAS))('a %s file', (kind, [contentType, camera]) => {
  it('shows its largest preview, and states its camera, its time and its author', async () => {
    const file = draw(kind, parts);
    expect((await bench.put(file)).contentType).toBe(contentType);
    const { facts, variants } = await bench.process(file, oneSize(300));
    expect(facts).toMatchObject({
      width: 720,
      height: 480,
      frames: 1,
      camera,
      takenAt: '2026-07-01T18:30:00',
    });
    const { data } = only(variants);
    await expectUpright(data);
    expect((await sharp(data).metadata()).exif?.includes('Ann Miller')).toBe(true);
  });

  it.each([3, 6, 8])('is turned by its own orientation, %i', async (orientation) => {
    const preview = await drawPreview(orientation);
    const { facts, variants } = await bench.process(
      draw(kind, { ...parts, preview, orientation }),
      oneSize(300),
    );
    expect(facts).toMatchObject(
      orientation === 3 ? { width: 720, height: 480 } : { width: 480, height: 720 },
    );
    await expectUpright(only(variants).data);
  });

  it('gives every format of a JPEG, and leaves no other file behind', async () => {
    const input = await bench.put(draw(kind, parts));
    const options = await bench.options();
    await bench.engine.encode(input, oneSize(300), 'webp', options);
    expect(await readdir(options.outputFolder)).toEqual(['only.webp']);
  });

  it('is corrupt when its preview is damaged', async () => {
    const preview = Buffer.from(noise);
    preview.fill(0, preview.length >> 1);
    await expect(bench.process(draw(kind, { ...parts, preview }))).rejects.toMatchObject({
      code: 'corrupt_image',
    });
  });

  it('without a preview of the size of a screen is unsupported, by name', async () => {
    const small = { ...parts, preview: parts.thumbnail };
    await expect(bench.process(draw(kind, small))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringMatching(
        new RegExp(
          `^This picture is an? ${kind.toUpperCase()} whose largest preview has 160 pixels a side, which`,
        ),
      ) as string,
    });
    const none = { preview: Buffer.alloc(500, 1), thumbnail: Buffer.alloc(500, 1) };
    await expect(bench.process(draw(kind, none))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining(`${kind.toUpperCase()} without a full-size preview`) as string,
    });
  });
});

it('the camera, time, author and orientation of a RAF are those of its preview', async () => {
  const preview = await drawQuarters(720, 480, storedQuarters(6))
    .withExif({
      IFD0: { Make: 'FUJIFILM', Model: 'X-T5', Artist: 'Ann Miller' },
      IFD2: { DateTimeOriginal: '2026:07:01 18:30:00' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { facts, variants } = await bench.process(drawRaf(preview), oneSize(300));
  expect(facts).toMatchObject({
    width: 480,
    height: 720,
    camera: 'FUJIFILM X-T5',
    takenAt: '2026-07-01T18:30:00',
  });
  await expectUpright(only(variants).data);
});

it('the limit of pixels applies to the preview', async () => {
  await expect(
    bench.process(drawTiffRaw('cr2', parts), oneSize(300), { maxPixels: 720 * 480 - 1 }),
  ).rejects.toMatchObject({ code: 'too_many_pixels' });
});

describe('a TIFF by its first bytes', () => {
  it('is a DNG when its directory, far behind, has a DNG version', async () => {
    const directories = [
      new Map<number, Value>([
        [259, 7],
        [262, 6],
        [273, { data: parts.preview }],
        [279, parts.preview.length],
        [50_706, 1],
      ]),
    ];
    const file = drawDirectories({ directories, prefix: Buffer.alloc(5000) });
    expect((await bench.put(file)).contentType).toBe('image/tiff');
    await expectUpright(only((await bench.process(file, oneSize(300))).variants).data);
  });

  it('is a RAW file of another maker when it has a colour filter array', async () => {
    const raw = new Map<number, Value>([[262, 32_803]]);
    const preview = new Map<number, Value>([
      [513, { data: parts.preview }],
      [514, parts.preview.length],
    ]);
    const directories = [
      new Map<number, Value>([
        [271, { text: 'Hasselblad' }],
        [330, { directories: [raw] }],
      ]),
      preview,
    ];
    await expectUpright(
      only((await bench.process(drawDirectories({ directories }), oneSize(300))).variants).data,
    );
    await expect(
      bench.process(drawDirectories({ directories: directories.slice(0, 1) })),
    ).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('a camera RAW file without a full-size preview') as string,
    });
  });
});

describe('a hostile file', () => {
  it.each(TIFF_KINDS)('of %s with a directory that names itself ends at once', async (kind) => {
    const file = drawTiffRaw(kind, parts);
    const isLittle = file[0] === 0x49;
    const at = isLittle ? file.readUInt32LE(4) : file.readUInt32BE(4);
    const count = isLittle ? file.readUInt16LE(at) : file.readUInt16BE(at);
    const next = at + 2 + count * 12;
    if (isLittle) file.writeUInt32LE(at, next);
    else file.writeUInt32BE(at, next);
    // The preview of a PEF or an ARW is in the next directory.
    const expected = kind === 'pef' || kind === 'arw' ? 'unsupported_format' : 'ready';
    const outcome = await bench.process(file, oneSize(300)).then(
      () => 'ready',
      (error: { code: string }) => error.code,
    );
    expect(outcome).toBe(expected);
  });

  it.each([
    ['beyond the end of the file', 0xffff_fff0, 'corrupt_image'],
    ['longer than the file', 'end', 'corrupt_image'],
  ] as const)('with a preview %s is corrupt', async (_where, place, code) => {
    const directory = new Map<number, Value>([
      [50_706, 1],
      [513, 0x1_0000],
      [514, 1000],
    ]);
    const file = drawDirectories({ directories: [directory] });
    // The value of the second field.
    file.writeUInt32LE(place === 'end' ? 8 : place, 8 + 2 + 12 + 8);
    await expect(bench.process(file)).rejects.toMatchObject({ code });
  });

  it('with 65,535 fields of one directory, each full of offsets, is refused', async () => {
    const file = Buffer.alloc(2_000_000, 0x11);
    file.write('II*\0\x08\0\0\0', 'latin1');
    file.writeUInt16LE(0xffff, 8);
    file.writeUInt16LE(50_706, 10);
    await expect(bench.process(file)).rejects.toMatchObject({
      code: expect.stringMatching(/^(corrupt_image|unsupported_format)$/) as string,
    });
  });
});
