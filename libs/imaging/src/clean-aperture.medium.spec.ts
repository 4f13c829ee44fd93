import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alphaOf, clap, codedPictureOf, drawHeif, imir, irot } from './testing/draw-heif.js';
import { drawMany } from './testing/draw-many.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/** A picture of 240 × 160 pixels whose red is its column and whose green is its row, and one of grey. */
const SCRIPT = `
import pillow_heif
pillow_heif.register_heif_opener()
rows, columns = np.mgrid[0:160, 0:240]
picture = Image.fromarray(np.stack([columns, rows, rows * 0 + 100], 2).astype('uint8'))
grey = Image.new('L', (240, 160), 128)
for name, encoder, options in (('heic', 'HEIF', {'chroma': 444}), ('avif', 'AVIF', {'subsampling': '4:4:4'})):
    for kind, drawn in (('picture', picture), ('grey', grey)):
        file = io.BytesIO()
        chroma = options if kind == 'picture' else {}
        drawn.save(file, format=encoder, quality=95, **chroma)
        files[f'{name}-{kind}'] = file.getvalue()
`;

let bench: Workbench;
let draw: (name: string) => Buffer;
beforeAll(async () => {
  bench = await createWorkbench();
  if (services().python) draw = await drawMany(SCRIPT);
});
afterAll(() => bench.dispose());

type Format = 'heic' | 'avif';
const CODECS = { heic: 'hvc1', avif: 'av01' } as const;

function drawCropped(format: Format, ...properties: Buffer[]): Buffer {
  const picture = codedPictureOf(draw(`${format}-picture`));
  return drawHeif({
    items: [{ id: 1, type: CODECS[format], ...picture, properties: [...picture.properties, ...properties] }],
    brand: format,
  });
}

/** A position in the stored picture for a position in the shown one. */
type Origin = (x: number, y: number) => [column: number, row: number];

const CASES: readonly [what: string, properties: Buffer[], width: number, height: number, origin: Origin][] =
  [
    ['around the centre', [clap(120, 100)], 120, 100, (x, y) => [60 + x, 30 + y]],
    ['beside the centre', [clap(100, 80, -60, 30)], 100, 80, (x, y) => [10 + x, 70 + y]],
    ['by halves of a pixel', [clap(201, 161, -1, 1, 2)], 101, 81, (x, y) => [69 + x, 40 + y]],
    ['to one corner', [clap(20, 10, 110, -75)], 20, 10, (x, y) => [220 + x, y]],
    ['to all of it', [clap(240, 160)], 240, 160, (x, y) => [x, y]],
    ['then turned', [clap(100, 80, -60, 30), irot(1)], 80, 100, (x, y) => [109 - y, 70 + x]],
    ['then mirrored', [clap(100, 80, -60, 30), imir(1)], 100, 80, (x, y) => [109 - x, 70 + y]],
    ['after it was turned', [irot(1), clap(80, 100, 30, -60)], 80, 100, (x, y) => [169 + 60 - y, 70 + x]],
    ['after it was mirrored', [imir(0), clap(100, 80, -60, 30)], 100, 80, (x, y) => [10 + x, 89 - y]],
  ];

describe.skipIf(!services().python)('a clean aperture', () => {
  describe.each(['heic', 'avif'] as const)('in %s', (format) => {
    it.each(CASES)('crops %s', async (_what, properties, width, height, origin) => {
      const { facts, variants } = await bench.process(drawCropped(format, ...properties), oneSize(500));
      expect(facts).toMatchObject({ width, height });
      for (const [x, y] of [
        [0, 0],
        [width - 1, 0],
        [0, height - 1],
        [width - 1, height - 1],
      ] as const) {
        const colour = await colourAt(only(variants).data, (x + 0.5) / width, (y + 0.5) / height);
        const [column, row] = origin(x, y);
        expect(distance(colour, [column, row, 100]), `at ${x}, ${y}`).toBeLessThan(6);
      }
    });

    it.each([
      ['wider than its picture', clap(241, 100)],
      ['beyond its left edge', clap(100, 80, -71, 0)],
      ['beyond its lower edge', clap(100, 80, 0, 41)],
      ['empty', clap(0, 80)],
      ['of nothing', clap(0, 0, 0, 0, 0)],
    ])('that is %s is corrupt_image', async (_what, property) => {
      await expect(bench.process(drawCropped(format, property))).rejects.toMatchObject({
        code: 'corrupt_image',
      });
    });

    it('does not hide pixels from the limit', async () => {
      const file = drawCropped(format, clap(10, 10));
      await expect(bench.process(file, oneSize(50), { maxPixels: 240 * 160 })).resolves.toBeDefined();
      await expect(bench.process(file, oneSize(50), { maxPixels: 240 * 160 - 1 })).rejects.toMatchObject({
        code: 'too_many_pixels',
      });
    });

    it('crops the alpha of its picture, too', async () => {
      const [picture, grey] = [
        codedPictureOf(draw(`${format}-picture`)),
        codedPictureOf(draw(`${format}-grey`)),
      ];
      const type = CODECS[format];
      const aperture = clap(100, 80, -60, 30);
      const file = drawHeif({
        items: [
          { id: 1, type, ...picture, properties: [...picture.properties, aperture] },
          { id: 2, type, ...grey, properties: [...grey.properties, alphaOf(), aperture] },
        ],
        references: [['auxl', 2, [1]]],
        brand: format,
      });
      const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
      const colour = await colourAt(data, 0.505, 0.50625);
      expect(distance(colour, [60, 110, 100, 128])).toBeLessThan(6);
    });
  });
});
