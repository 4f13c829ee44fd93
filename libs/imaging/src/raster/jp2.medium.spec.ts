import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawWithMagick } from '../testing/draw-raster.js';
import {
  alphaPattern,
  decodeExactly,
  drawFormula,
  type Formula,
  greyPattern,
  PATTERN_SIZE,
  PYTHON_PATTERNS,
  rgbaPattern,
  rgbPattern,
  worstSample,
} from '../testing/exact-pixels.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

const { width, height } = PATTERN_SIZE;

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const draw = (script: string) => drawWithPython(`${PYTHON_PATTERNS}import imagecodecs\n${script}`);
const drawRgb = (format: 'JP2' | 'J2K' = 'JP2') =>
  drawWithMagick(format, { ...PATTERN_SIZE, channels: 3, data: drawFormula(width, height, rgbPattern) });

/** Replaces a box inside the header of a JP2, or adds it. */
function withHeaderBox(file: Buffer, type: string, content: Buffer): Buffer {
  const at = file.indexOf('jp2h') - 4;
  const end = at + file.readUInt32BE(at);
  const boxes: Buffer[] = [];
  for (let from = at + 8; from < end; from += file.readUInt32BE(from)) {
    const box = file.subarray(from, from + file.readUInt32BE(from));
    if (box.toString('latin1', 4, 8) !== type) boxes.push(box);
  }
  const added = Buffer.concat([u32(8 + content.length), Buffer.from(type, 'latin1'), content]);
  const inner = Buffer.concat([...boxes, added]);
  return Buffer.concat([
    file.subarray(0, at),
    u32(8 + inner.length),
    Buffer.from('jp2h'),
    inner,
    file.subarray(end),
  ]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** libvips expands grey to three channels. */
const expanded =
  (formula: Formula, channels: number): Formula =>
  (x, y) => {
    const colour = formula(x, y);
    const [grey = 0, ...rest] = colour;
    return colour.length < 3 && channels >= 3 ? [grey, grey, grey, ...rest] : colour;
  };

describe.skipIf(!services().python)('a JPEG 2000 by OpenJPEG', () => {
  it.each([
    ['RGB', `write(imagecodecs.jpeg2k_encode(rgb, level=0))`, rgbPattern],
    [
      'RGB without a container',
      `write(imagecodecs.jpeg2k_encode(rgb, level=0, codecformat='j2k'))`,
      rgbPattern,
    ],
    ['RGB of 16 bits', `write(imagecodecs.jpeg2k_encode(rgb16, level=0))`, rgbPattern],
    ['grey', `write(imagecodecs.jpeg2k_encode(grey, level=0))`, greyPattern],
    [
      'grey of 16 bits',
      `write(imagecodecs.jpeg2k_encode(grey.astype(np.uint16) * 257, level=0))`,
      greyPattern,
    ],
    ['RGB and alpha in tiles', `save(Image.fromarray(rgba), 'JPEG2000', tile_size=(16, 16))`, rgbaPattern],
    [
      'grey and alpha',
      `save(Image.fromarray(np.dstack([grey, alpha])), 'JPEG2000')`,
      (x, y) => [...greyPattern(x, y), alphaPattern(x)],
    ],
    [
      'a fourth channel that no definition names',
      `write(imagecodecs.jpeg2k_encode(rgba, level=0))`,
      rgbPattern,
    ],
  ] satisfies [string, string, Formula][])('with %s has its exact pixels', async (_what, script, formula) => {
    const decoded = await decodeExactly(bench, await draw(script));
    expect(worstSample(decoded, expanded(formula, decoded.channels))).toBe(0);
  });

  it('with a palette has the colours of its indices', async () => {
    const indices = await draw(`write(imagecodecs.jpeg2k_encode(grey, level=0))`);
    const colours = Array.from({ length: 256 }, (_, index) => [index, 255 - index, index >> 1]);
    const palette = Buffer.from([1, 0, 3, 7, 7, 7, ...colours.flat()]);
    const mapping = Buffer.from([0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2]);
    const rgb = Buffer.from([1, 0, 0, 0, 0, 0, 16]);
    let file = withHeaderBox(indices, 'colr', rgb);
    file = withHeaderBox(withHeaderBox(file, 'pclr', palette), 'cmap', mapping);
    const expected: Formula = (x, y) => {
      const [index = 0] = greyPattern(x, y);
      return [index, 255 - index, index >> 1];
    };
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('in sYCC is converted to RGB', async () => {
    // Pixels of Y, Cb and Cr, marked as such.
    const script = `write(imagecodecs.jpeg2k_encode(np.ascontiguousarray(np.stack([100 + x, 110 + y, 140 - y], -1).astype(np.uint8)), level=0, mct=False))`;
    const file = withHeaderBox(await draw(script), 'colr', Buffer.from([1, 0, 0, 0, 0, 0, 18]));
    const expected: Formula = (x, y) => {
      const [luma, cb, cr] = [100 + x, 110 + y - 128, 140 - y - 128];
      return [luma + 1.402 * cr, luma - 0.344_136 * cb - 0.714_136 * cr, luma + 1.772 * cb].map(Math.round);
    };
    expect(worstSample(await decodeExactly(bench, file), expected)).toBeLessThanOrEqual(1);
  });
});

describe('a JPEG 2000', () => {
  it.each(['JP2', 'J2K'] as const)('of ImageMagick as %s has its exact pixels', async (format) => {
    expect(worstSample(await decodeExactly(bench, await drawRgb(format)), rgbPattern)).toBe(0);
  });

  it.each([0.3, 0.6, 0.9, 0.99])('cut off at %d of its length is corrupt', async (part) => {
    for (const format of ['JP2', 'J2K'] as const) {
      const whole = await drawRgb(format);
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
    }
  });

  it.each([
    ['CMYK', Buffer.from([1, 0, 0, 0, 0, 0, 12])],
    ['CIELab', Buffer.from([1, 0, 0, 0, 0, 0, 14])],
  ])('in %s is unsupported, by name', async (space, colours) => {
    await expect(bench.process(withHeaderBox(await drawRgb(), 'colr', colours))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is a JPEG 2000 in ${space}, which is not supported. Convert it to PNG.`,
    });
  });

  it('above the limit of pixels is refused before it is decoded', async () => {
    const file = await drawRgb();
    const siz = file.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
    file.writeUInt32BE(100_000, siz + 8);
    file.writeUInt32BE(100_000, siz + 12);
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });
});
