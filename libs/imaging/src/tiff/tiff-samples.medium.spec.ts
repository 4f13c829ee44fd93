import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodedPixels,
  drawTiffs,
  greatestDifference,
  GREY,
  type PixelFormula,
  RGB,
} from '../testing/decoded-pixels.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';

/** Levels of 255: rounding once to the samples of the file, and once to 8 bits. */
const ROUNDING = 1;

/** IEC 61966-2-1: linear light of 0 to 1 as a value of 0 to 255. */
const encoded = (linear: number) => {
  const light = Math.max(0, Math.min(1, linear));
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
};
const linear =
  (formula: PixelFormula): PixelFormula =>
  (x, y) =>
    formula(x, y).map((value) => encoded(value / 255));
const quantized = (formula: PixelFormula, bits: number): PixelFormula => {
  const max = 2 ** bits - 1;
  return (x, y) => formula(x, y).map((value) => (Math.round((value * max) / 255) * 255) / max);
};

const SCRIPT = `
for name, picture, model in (('grey', grey, 'minisblack'), ('rgb', rgb, 'rgb')):
    add(name + ' uint8', picture.astype('u1'), photometric=model)
    add(name + ' uint16', (picture * 257).astype('u2'), photometric=model)
    add(name + ' uint32', (picture * 0x1010101).astype('u4'), photometric=model)
    add(name + ' int8', (picture - 128).astype('i1'), photometric=model)
    add(name + ' int16', (picture * 257 - 0x8000).astype('i2'), photometric=model)
    add(name + ' int32', (picture * 0x1010101 - 0x80000000).astype('i4'), photometric=model)
    add(name + ' uint64', picture.astype('u8') * 0x101010101010101, photometric=model)
    for bits in (2, 4, 7, 10, 12, 14):
        samples = np.round(picture * (2**bits - 1) / 255).astype('u2' if bits > 8 else 'u1')
        add(f'{name} {bits} bits', samples, photometric=model, bitspersample=bits)
    for bits in (16, 32, 64):
        add(f'{name} float{bits}', (picture / 255).astype(f'f{bits // 8}'), photometric=model)
add('white is zero int16', (grey * 257 - 0x8000).astype('i2'), photometric='miniswhite')
add('white is zero 12 bits', np.round(grey * 4095 / 255).astype('u2'), photometric='miniswhite', bitspersample=12)
heights = (grey * 12.0 - 800).astype('f4')
add('heights', heights, photometric='minisblack')
holes = heights.copy(); holes[3, 5] = np.nan; holes[4, 5] = np.inf; holes[5, 5] = -np.inf
add('holes', holes, photometric='minisblack')
missing = heights.copy(); missing[3, 5] = -9999
add('missing', missing, photometric='minisblack', extratags=[(42113, 's', 0, '-9999', True)])
add('counts rgb', (rgb * 40.0).astype('f8'), photometric='rgb')
add('highlights', (rgb / 255 * 1.5).astype('f4'), photometric='rgb')
add('black', np.zeros((H, W), 'f4'), photometric='minisblack')
`;

describe.skipIf(!services().python)('the samples of a TIFF:', () => {
  let bench: Workbench;
  let files: Map<string, Buffer>;
  beforeAll(async () => {
    bench = await createWorkbench();
    files = await drawTiffs(drawWithPython, SCRIPT);
  }, 60_000);
  afterAll(() => bench.dispose());

  const difference = async (name: string, formula: PixelFormula) =>
    greatestDifference(await decodedPixels(bench, files.get(name) ?? Buffer.alloc(0)), formula);

  const integers = ['uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32'];
  it.each(integers)('%s covers its whole range, grey and RGB', async (format) => {
    expect(await difference(`grey ${format}`, GREY)).toBeLessThanOrEqual(ROUNDING);
    expect(await difference(`rgb ${format}`, RGB)).toBeLessThanOrEqual(ROUNDING);
  });

  it.each([2, 4, 7, 10, 12, 14])('%i packed bits cover their whole range, grey and RGB', async (bits) => {
    expect(await difference(`grey ${bits} bits`, quantized(GREY, bits))).toBeLessThanOrEqual(ROUNDING);
    expect(await difference(`rgb ${bits} bits`, quantized(RGB, bits))).toBeLessThanOrEqual(ROUNDING);
  });

  it.each([16, 32, 64])('floats of %i bits in 0 to 1 are linear light, grey and RGB', async (bits) => {
    expect(await difference(`grey float${bits}`, linear(GREY))).toBeLessThanOrEqual(ROUNDING + 1);
    expect(await difference(`rgb float${bits}`, linear(RGB))).toBeLessThanOrEqual(ROUNDING + 1);
  });

  it('white is zero where the file says it, signed and packed', async () => {
    const inverted: PixelFormula = (x, y) => GREY(x, y).map((value) => 255 - value);
    expect(await difference('white is zero int16', inverted)).toBeLessThanOrEqual(ROUNDING);
    expect(await difference('white is zero 12 bits', inverted)).toBeLessThanOrEqual(ROUNDING);
  });

  it('floats outside 0 to 1 are measurements, from the lowest to the highest, without a curve', async () => {
    expect(await difference('heights', GREY)).toBeLessThanOrEqual(ROUNDING);
    expect(await difference('counts rgb', RGB)).toBeLessThanOrEqual(ROUNDING);
  });

  it('floats that are not numbers, infinite or marked as missing do not count for the range', async () => {
    const holes: Record<string, number> = { '5,3': 0, '5,4': 255, '5,5': 0 };
    expect(
      await difference('holes', (x, y) => [holes[`${x},${y}`] ?? GREY(x, y)[0] ?? 0]),
    ).toBeLessThanOrEqual(1);
    const missing: PixelFormula = (x, y) => (x === 5 && y === 3 ? [0] : GREY(x, y));
    expect(await difference('missing', missing)).toBeLessThanOrEqual(ROUNDING);
  });

  it('highlights above 1 are clipped in a picture that is mostly in 0 to 1', async () => {
    const formula: PixelFormula = (x, y) => RGB(x, y).map((value) => encoded((value / 255) * 1.5));
    expect(await difference('highlights', formula)).toBeLessThanOrEqual(ROUNDING + 1);
  });

  it('a picture of zeros is black', async () => {
    expect(await difference('black', () => [0])).toBe(0);
  });

  it('the JPEG shows them, too', async () => {
    const { facts, variants } = await bench.process(files.get('rgb int16') ?? Buffer.alloc(0), oneSize(60));
    expect(facts).toMatchObject({ width: 60, height: 44, frames: 1 });
    expect(distance(await colourAt(only(variants).data, 0.3, 0.5), RGB(18, 22))).toBeLessThan(25);
  });
});
