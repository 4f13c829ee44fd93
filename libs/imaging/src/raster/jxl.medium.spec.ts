import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawExif } from '../testing/draw-exif.js';
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
const drawRgb = () =>
  drawWithMagick('JXL', { ...PATTERN_SIZE, channels: 3, data: drawFormula(width, height, rgbPattern) });

/** The transfer function of sRGB (IEC 61966-2-1), from light to a sample. */
const fromLight = (light: number) =>
  Math.round(255 * (light <= 0.003_130_8 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));

describe.skipIf(!services().python)('a JPEG XL by libjxl', () => {
  it.each([
    ['RGB', `imagecodecs.jpegxl_encode(rgb, lossless=True)`, rgbPattern],
    ['RGB in a container', `imagecodecs.jpegxl_encode(rgb, lossless=True, usecontainer=True)`, rgbPattern],
    ['RGB and alpha', `imagecodecs.jpegxl_encode(rgba, lossless=True)`, rgbaPattern],
    ['grey', `imagecodecs.jpegxl_encode(grey, lossless=True)`, greyPattern],
    [
      'grey and alpha',
      `imagecodecs.jpegxl_encode(np.dstack([grey, alpha]), lossless=True)`,
      (x, y) => [...greyPattern(x, y), alphaPattern(x)],
    ],
    [
      'several frames, of which the first is shown',
      `imagecodecs.jpegxl_encode(np.stack([rgb, 255 - rgb, rgb // 2]), lossless=True)`,
      rgbPattern,
    ],
  ] satisfies [string, string, Formula][])('with %s has its exact pixels', async (_what, script, formula) => {
    const decoded = await decodeExactly(bench, await draw(`write(${script})`));
    // libvips expands grey to three channels.
    const expected: Formula = (x, y) => {
      const colour = formula(x, y);
      const [grey = 0, ...rest] = colour;
      return colour.length < 3 && decoded.channels >= 3 ? [grey, grey, grey, ...rest] : colour;
    };
    expect(worstSample(decoded, expected)).toBe(0);
  });

  it('with 16 bits of linear light is shown by its profile', async () => {
    // imagecodecs states 16 bits to be linear.
    const decoded = await decodeExactly(
      bench,
      await draw(`write(imagecodecs.jpegxl_encode(rgb16, lossless=True))`),
    );
    // The decoder keeps 8 bits of light: one step of them is up to 13 in the darkest colours, and 2 from a fifth on.
    const expected: Formula = (x, y) => rgbPattern(x, y).map((value) => fromLight(value / 255));
    expect(worstSample(decoded, expected)).toBeLessThanOrEqual(2);
  });

  it('made from a JPEG is turned by its orientation, and keeps its credits', async () => {
    const script = `
red = np.zeros((16, 32, 3), np.uint8); red[:, :16] = (220, 30, 30); red[:, 16:] = (30, 60, 220)
exif = Image.Exif(); exif[0x112] = 6; exif[0x13b] = 'Ann Miller'; exif[0x10f] = 'Maker'
out = io.BytesIO(); Image.fromarray(red).save(out, 'JPEG', quality=95, subsampling=0, exif=exif)
write(imagecodecs.jpegxl_encode_jpeg(out.getvalue()))`;
    const file = await draw(script);
    const { facts } = await bench.process(file);
    expect(facts).toMatchObject({ width: 16, height: 32, camera: 'Maker' });
    // Turned clockwise: the left half is above.
    const decoded = await decodeExactly(bench, file);
    const expected: Formula = (_x, y) => (y < 16 ? [220, 30, 30] : [30, 60, 220]);
    expect(worstSample(decoded, expected)).toBeLessThanOrEqual(6);
  });

  it('with a profile is converted by it', async () => {
    const script = `
from PIL import ImageCms
flat = np.zeros((16, 16, 3), np.uint8); flat[:] = (200, 60, 30)
swap = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes())
count = int.from_bytes(swap[128:132], 'big')
tags = {bytes(swap[132 + i * 12:136 + i * 12]): 132 + i * 12 for i in range(count)}
r, b = tags[b'rXYZ'], tags[b'bXYZ']
swap[r + 4:r + 12], swap[b + 4:b + 12] = swap[b + 4:b + 12], swap[r + 4:r + 12]
out = io.BytesIO(); Image.fromarray(flat).save(out, 'JPEG', quality=95, icc_profile=bytes(swap))
write(imagecodecs.jpegxl_encode_jpeg(out.getvalue()))`;
    // The profile exchanges red and blue.
    const decoded = await decodeExactly(bench, await draw(script));
    expect(worstSample(decoded, () => [30, 60, 200])).toBeLessThanOrEqual(4);
  });
});

describe('a JPEG XL', () => {
  it('that is lossy is close to its pixels', async () => {
    const smooth: Formula = (x, y) => [40 + x * 4, 30 + y * 5, 100 + x + y];
    const data = drawFormula(width, height, smooth);
    const file = await drawWithMagick('JXL', { ...PATTERN_SIZE, channels: 3, data }, 95);
    expect(worstSample(await decodeExactly(bench, file), smooth)).toBeLessThanOrEqual(8);
  });

  it('has its EXIF block in a box of its container', async () => {
    const codestream = await drawRgb();
    const box = (type: string, content: Buffer) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(8 + content.length);
      head.write(type, 4);
      return Buffer.concat([head, content]);
    };
    const exif = Buffer.concat([Buffer.alloc(4), drawExif({ 0x010f: 'Maker', 0x0110: 'Model' }, {})]);
    const file = Buffer.concat([
      box('JXL ', Buffer.from('\r\n\x87\n', 'latin1')),
      box('ftyp', Buffer.from('jxl \0\0\0\0jxl ')),
      box('Exif', exif),
      box('jxlc', codestream),
    ]);
    expect((await bench.process(file)).facts.camera).toBe('Maker Model');
    expect(worstSample(await decodeExactly(bench, file), rgbPattern)).toBe(0);
  });

  it.each([0.1, 0.5, 0.9, 0.99])('cut off at %d of its length is corrupt', async (part) => {
    const whole = await drawRgb();
    const cut = whole.subarray(0, Math.floor(whole.length * part));
    await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('above the limit of pixels is refused before it is decoded', async () => {
    // 0: large; height 100,000 in 18 bits with selector 2; ratio 1: the width is the same; all other defaults.
    const bits = [
      0,
      0,
      1,
      ...[...(99_999).toString(2).padStart(18, '0')].toReversed().map(Number),
      1,
      0,
      0,
      1,
    ];
    const bytes = Array.from({ length: 16 }, (_, at) =>
      bits.slice(at * 8, at * 8 + 8).reduce((byte, bit, index) => byte | (bit << index), 0),
    );
    await expect(bench.process(Buffer.from([0xff, 0x0a, ...bytes]))).rejects.toMatchObject({
      code: 'too_many_pixels',
      message: expect.stringContaining('100,000 × 100,000 pixels'),
    });
  });
});
