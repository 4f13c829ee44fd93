import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ALPHA,
  decodedPixels,
  drawTiffs,
  greatestDifference,
  GREY,
  type PixelFormula,
  RGB,
} from '../testing/decoded-pixels.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

const withAlpha =
  (formula: PixelFormula): PixelFormula =>
  (x, y) => [...formula(x, y), ALPHA(x, y)];
/** Eight bits of a colour that is multiplied by alpha leave steps of 255 / alpha. */
const associated =
  (formula: PixelFormula): PixelFormula =>
  (x, y) => {
    const alpha = ALPHA(x, y);
    return [
      ...formula(x, y).map((value) => Math.min(255, (Math.round((value * alpha) / 255) * 255) / alpha)),
      alpha,
    ];
  };

const CASES = ['none', 'lzw', 'zlib', 'packbits', 'zstd'].flatMap((compression) =>
  [false, true].flatMap((predictor) =>
    predictor && ['none', 'packbits'].includes(compression) ? [] : [{ compression, predictor }],
  ),
);

const SCRIPT = `
for compression in ('none', 'lzw', 'zlib', 'packbits', 'zstd'):
    for predictor in (False, True):
        if predictor and compression in ('none', 'packbits'): continue
        options = dict(compression=compression, predictor=predictor)
        for order, big in (('<', False), ('>', False), ('<', True), ('>', True)):
            name = f'{compression} {predictor} {order} {big}'
            both = dict(options, byteorder=order, bigtiff=big)
            add(name + ' planar tiles', planes(rgb.astype('u1')), photometric='rgb', planarconfig='separate', tile=(32, 16), **both)
            add(name + ' planar strips', planes((rgb * 257 - 0x8000).astype('i2')), photometric='rgb', planarconfig='separate', rowsperstrip=10, **both)
            add(name + ' tiles', (grey * 0x1010101).astype('u4'), photometric='minisblack', tile=(16, 32), **both)
            add(name + ' strips', np.concatenate([grey[..., None] * 257] * 2, 2).astype('u2'), photometric='minisblack', extrasamples=['unspecified'], rowsperstrip=7, **both)
for depth, factor in (('u1', 1), ('u2', 257)):
    for layout in ('contig', 'separate'):
        def extra(name, samples, meanings, model):
            samples = (samples * factor).astype(depth)
            add(f'{name} {depth} {layout}', samples if layout == 'contig' else planes(samples),
                photometric=model, planarconfig=layout, extrasamples=meanings)
        a = alpha[..., None]
        for name, picture, model in (('grey', grey[..., None], 'minisblack'), ('rgb', rgb, 'rgb')):
            multiplied = np.round(picture * a / 255)
            extra(name + ' alpha', np.concatenate([picture, a], 2), ['unassalpha'], model)
            extra(name + ' associated', np.concatenate([multiplied, a], 2), ['assocalpha'], model)
            extra(name + ' mask', np.concatenate([picture, a * 0], 2), ['unspecified'], model)
            extra(name + ' mask and alpha', np.concatenate([picture, a * 0, a], 2), ['unspecified', 'unassalpha'], model)
cmyk = np.concatenate([rgb, alpha[..., None] // 4], 2).astype('u1')
add('cmyk', cmyk, photometric='separated')
add('cmyk planar tiles', planes(cmyk), photometric='separated', planarconfig='separate', tile=(32, 32))
`;

describe.skipIf(!services().python)('the layout of a TIFF:', () => {
  let bench: Workbench;
  let files: Map<string, Buffer>;
  beforeAll(async () => {
    bench = await createWorkbench();
    files = await drawTiffs(drawWithPython, SCRIPT);
  }, 60_000);
  afterAll(() => bench.dispose());

  const pixels = (name: string) => decodedPixels(bench, files.get(name) ?? Buffer.alloc(0));
  const difference = async (name: string, formula: PixelFormula) =>
    greatestDifference(await pixels(name), formula);

  it.each(CASES)(
    'strips and tiles, separate planes and extra samples in both byte orders, $compression, predictor: $predictor',
    async ({ compression, predictor }) => {
      const python = predictor ? 'True' : 'False';
      const differences: number[] = [];
      for (const variant of ['< False', '> False', '< True', '> True']) {
        const name = `${compression} ${python} ${variant}`;
        differences.push(await difference(`${name} planar tiles`, RGB));
        differences.push(await difference(`${name} planar strips`, RGB));
        differences.push(await difference(`${name} tiles`, GREY));
        differences.push(await difference(`${name} strips`, GREY));
      }
      expect(differences).toEqual(Array<number>(16).fill(0));
    },
    30_000,
  );

  it.each(['u1 contig', 'u1 separate', 'u2 contig', 'u2 separate'])(
    'only samples that are stated to be alpha are alpha: %s',
    async (variant) => {
      for (const [name, formula] of [
        ['grey', GREY],
        ['rgb', RGB],
      ] as const) {
        expect(await difference(`${name} alpha ${variant}`, withAlpha(formula))).toBe(0);
        expect(await difference(`${name} mask ${variant}`, formula)).toBe(0);
        expect(await difference(`${name} mask and alpha ${variant}`, withAlpha(formula))).toBe(0);
        const multiplied = await difference(`${name} associated ${variant}`, associated(formula));
        expect(multiplied).toBeLessThanOrEqual(1);
      }
    },
  );

  it('CMYK in separate planes is the same as CMYK in one', async () => {
    const one = await pixels('cmyk');
    const separate = await pixels('cmyk planar tiles');
    expect(one.data.equals(separate.data)).toBe(true);
  });
});
