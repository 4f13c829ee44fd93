import { reportNotRun, services } from '@darkroom/testing';
import { closeSync, openSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeicDecoder, HeicReport } from './engine-types.js';
import { Deadline } from './deadline.js';
import { decodePrimary } from './heif/decode-primary.js';
import { decodeTiles } from './heif/decode-tiles.js';
import { box } from './heif/write-heif.js';
import { readHeifPicture } from './heif/heif-picture.js';
import { loadLibavcodec } from './heif/libavcodec.js';
import { planesToTiff } from './heif/planes.js';
import { createImagingEngine } from './imaging-engine.js';
import { colourDifference } from './testing/delta-e.js';
import {
  clap,
  type CodedPicture,
  codedPictureOf,
  drawHeif,
  gridData,
  imir,
  irot,
  ispe,
} from './testing/draw-heif.js';
import { drawMany } from './testing/draw-many.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/**
 * Pictures of 8 bits with chroma of half the size, as phones write them. The red of the plain one is its column and its
 * green is its row.
 */
const SCRIPT = `
import pillow_heif
pillow_heif.register_heif_opener()
rows, columns = np.mgrid[0:160, 0:240]
plain = np.stack([columns, rows, rows * 0 + 100], 2)
waves = 90 + 60 * np.sin(columns / 9) + 40 * np.cos(rows / 7)
photo = np.stack([waves, 255 - waves, 40 + columns * 0.7], 2) + np.random.default_rng(3).normal(0, 6, (160, 240, 3))
def save(name, pixels, **options):
    file = io.BytesIO()
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype('uint8'))
    picture.save(file, format='HEIF', chroma=420, **{'quality': 95, **options})
    files[name] = file.getvalue()
save('plain', plain)
save('photo', photo)
for name, matrix, full in (('bt601', 6, 0), ('bt709', 1, 1), ('bt709-limited', 1, 0), ('bt2020', 9, 1)):
    save(name, plain, matrix_coefficients=matrix, full_range_flag=full)
for index in range(4):
    top, left = index // 2 * 80, index % 2 * 120
    save(f'tile-{index}', np.pad(plain[top:top + 80, left:left + 120], ((0, 16), (0, 8), (0, 0)), 'edge'))
`;

const library = loadLibavcodec();
if (library === null) await reportNotRun('libavcodec', 'The system has no libavcodec.', { optional: true });

let draw: (name: string) => Buffer;
beforeAll(async () => {
  if (services().python) draw = await drawMany(SCRIPT);
});

const withProperties = (picture: CodedPicture, ...properties: Buffer[]) =>
  drawHeif({
    items: [{ id: 1, type: 'hvc1', ...picture, properties: [...picture.properties, ...properties] }],
  });

function drawGrid(...properties: Buffer[]): Buffer {
  const tiles = [0, 1, 2, 3].map((index) => codedPictureOf(draw(`tile-${index}`)));
  return drawHeif({
    items: [
      ...tiles.map((tile, index) => ({ id: index + 1, type: 'hvc1', ...tile })),
      { id: 9, type: 'grid', data: gridData(2, 2, 240, 160), properties: [ispe(240, 160), ...properties] },
    ],
    primaryId: 9,
    references: [['dimg', 9, [1, 2, 3, 4]]],
  });
}

/** A workbench whose engine uses one decoder, and the reports of its last picture. */
async function openWith(heicDecoder: HeicDecoder) {
  const reports: HeicReport[] = [];
  const extra = { heicDecoder, onHeicDecoder: (report: HeicReport) => void reports.push(report) };
  const bench = await createWorkbench(() => {
    const engine = createImagingEngine();
    return {
      process: (input, recipe, options) => {
        reports.length = 0;
        return engine.process(input, recipe, { ...options, ...extra });
      },
      processAndKeep: (input, recipe, options) =>
        engine.processAndKeep(input, recipe, { ...options, ...extra }),
      encode: (input, recipe, format, options) =>
        engine.encode(input, recipe, format, { ...options, ...extra }),
    };
  });
  return { bench, reports };
}

/** A position in the stored picture for a position in the shown one. */
type Origin = (x: number, y: number) => [column: number, row: number];

const CASES: readonly [what: string, properties: Buffer[], width: number, height: number, origin: Origin][] =
  [
    ['as it is', [], 240, 160, (x, y) => [x, y]],
    ['turned left', [irot(1)], 160, 240, (x, y) => [240 - y, x]],
    ['turned by half', [irot(2)], 240, 160, (x, y) => [240 - x, 160 - y]],
    ['turned right', [irot(3)], 160, 240, (x, y) => [y, 160 - x]],
    ['mirrored left to right', [imir(1)], 240, 160, (x, y) => [240 - x, y]],
    ['mirrored top to bottom', [imir(0)], 240, 160, (x, y) => [x, 160 - y]],
    ['turned, then mirrored', [irot(1), imir(1)], 160, 240, (x, y) => [240 - y, 160 - x]],
    ['mirrored, then turned', [imir(1), irot(1)], 160, 240, (x, y) => [y, x]],
    ['cropped', [clap(100, 80, -60, 30)], 100, 80, (x, y) => [10 + x, 70 + y]],
    ['cropped, then turned', [clap(100, 80, -60, 30), irot(1)], 80, 100, (x, y) => [110 - y, 70 + x]],
    ['turned, then cropped', [irot(1), clap(80, 100, 30, -60)], 80, 100, (x, y) => [230 - y, 70 + x]],
    ['cropped between samples', [clap(100, 80, -59, 31)], 100, 80, (x, y) => [11 + x, 71 + y]],
  ];

describe.skipIf(!services().python).each(['auto', 'webassembly'] as const)('a HEIC by %s', (decoder) => {
  describe.skipIf(decoder === 'auto' && library === null)('that shrinks', () => {
    let bench: Workbench;
    let reports: HeicReport[];
    beforeAll(async () => {
      ({ bench, reports } = await openWith(decoder));
    });
    afterAll(() => bench.dispose());

    const name = decoder === 'auto' ? library?.name : 'WebAssembly';

    async function expectColours(file: Buffer, width: number, height: number, origin: Origin) {
      const { facts, variants } = await bench.process(file, oneSize(Math.max(width, height) / 2));
      expect(facts).toMatchObject({ width, height });
      for (const [x, y] of [
        [4, 4],
        [width - 4, 4],
        [4, height - 4],
        [width - 4, height - 4],
        [width / 2, height / 2],
      ] as const) {
        const colour = await colourAt(only(variants).data, x / width, y / height);
        const [column, row] = origin(x, y);
        // JPEG blurs the corners.
        expect(distance(colour, [column, row, 100]), `at ${x}, ${y}`).toBeLessThan(30);
      }
    }

    it.each(CASES)('is shown %s', async (what, properties, width, height, origin) => {
      await expectColours(
        withProperties(codedPictureOf(draw('plain')), ...properties),
        width,
        height,
        origin,
      );
      expect(reports).toEqual([{ decoder: what === 'cropped between samples' ? 'WebAssembly' : name }]);
    });

    it('with an essential property that libheif does not know is refused', async () => {
      const file = withProperties(codedPictureOf(draw('plain')), box('abcd', Buffer.alloc(4)));
      const association = file.indexOf('ipma', 0, 'latin1') - 4;
      // The last position in the box, and its highest bit, which means essential.
      const last = association + file.readUInt32BE(association) - 2;
      file.writeUInt8(file.readUInt8(last) | 0x80, last);
      await expect(bench.process(file, oneSize(120))).rejects.toMatchObject({ code: 'unsupported_format' });
    });

    it.each(CASES)('of tiles is shown %s', async (what, properties, width, height, origin) => {
      await expectColours(drawGrid(...properties), width, height, origin);
      expect(reports).toEqual([{ decoder: what === 'cropped between samples' ? 'WebAssembly' : name }]);
    });
  });
});

describe.skipIf(!services().python || library === null)('a HEIC by libavcodec', () => {
  let native: Awaited<ReturnType<typeof openWith>>;
  beforeAll(async () => {
    native = await openWith('auto');
  });
  afterAll(() => native.bench.dispose());

  it.each(['plain', 'photo', 'bt601', 'bt709', 'bt709-limited', 'bt2020'])(
    'has the pixels of libheif, within a colour difference of 1 on average: %s',
    async (name) => {
      const { path } = await native.bench.put(draw(name));
      const fd = openSync(path, 'r');
      const heif = readHeifPicture(fd, 'HEIC');
      closeSync(fd);
      const { tiles, transformed, coding } = heif;
      if (library === null || tiles === null) throw new Error('libavcodec does not decode the picture.');
      const deadline = new Deadline(30_000);
      const size = { width: 120, height: 80 };
      const target = { shown: transformed.stored, turn: transformed.turn, size, coding, icc: null };
      const planes = await decodeTiles(library, draw(name), tiles, deadline);
      const made = await sharp(await planesToTiff(planes, target, deadline))
        .raw()
        .toBuffer();
      const expected = await sharp(decodePrimary(draw(name), heif, null, 1e6))
        .resize(120, 80, { kernel: 'lanczos3' })
        .raw()
        .toBuffer();
      expect(colourDifference(made, expected).mean).toBeLessThan(1);
    },
  );

  it('that it refuses is decoded by WebAssembly', async () => {
    const whole = codedPictureOf(draw('photo'));
    // libavcodec finds that the data ends early. libde265 does not.
    const data = Buffer.from(whole.data.subarray(0, whole.data.length / 2));
    data.writeUInt32BE(data.length - 4);
    const { facts } = await native.bench.process(withProperties({ ...whole, data }), oneSize(60));
    expect(facts).toMatchObject({ width: 240, height: 160 });
    expect(native.reports).toEqual([
      { decoder: library?.name },
      { decoder: 'WebAssembly', failure: expect.stringContaining(`${library?.name}: `) },
    ]);
  });
});
