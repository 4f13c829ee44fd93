import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPsd, type DrawnPsd } from '../testing/draw-raster.js';
import { drawExif } from '../testing/draw-exif.js';
import {
  alphaPattern,
  decodeExactly,
  drawFormula,
  type Formula,
  greyPattern,
  PATTERN_SIZE,
  PYTHON_PATTERNS,
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

/** One plane of a formula, of 8 bits, or of 16 with the same byte twice. */
function plane(channel: number, formula: Formula = rgbPattern, depth: 8 | 16 = 8): Buffer {
  const samples = drawFormula(width, height, (x, y) => [formula(x, y)[channel] ?? 0]);
  return depth === 8 ? samples : Buffer.from([...samples].flatMap((sample) => [sample, sample]));
}

const draw = (psd: Partial<DrawnPsd> = {}) =>
  drawPsd({ ...PATTERN_SIZE, mode: 3, planes: [plane(0), plane(1), plane(2)], ...psd });
const grey: Formula = (x, y) => Array(3).fill(greyPattern(x, y)[0]);

describe('a Photoshop document', () => {
  it.each([
    { runs: false, large: false },
    { runs: true, large: false },
    { runs: false, large: true },
    { runs: true, large: true },
  ])('of RGB has its exact pixels: %o', async (layout) => {
    expect(worstSample(await decodeExactly(bench, draw(layout)), rgbPattern)).toBe(0);
  });

  it('of 16 bits has its exact pixels', async () => {
    const planes = [0, 1, 2].map((channel) => plane(channel, rgbPattern, 16));
    expect(worstSample(await decodeExactly(bench, draw({ depth: 16, planes })), rgbPattern)).toBe(0);
  });

  it.each([8, 16] as const)('of grey with %i bits has its exact pixels', async (depth) => {
    const decoded = await decodeExactly(
      bench,
      draw({ mode: 1, depth, planes: [plane(0, greyPattern, depth)] }),
    );
    expect(worstSample(decoded, decoded.channels === 1 ? greyPattern : grey)).toBe(0);
  });

  it('of one bit is black where a bit is set', async () => {
    const rows = Buffer.alloc(5 * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if ((x + y) % 3 === 0) rows[y * 5 + (x >> 3)] = (rows[y * 5 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      }
    }
    const decoded = await decodeExactly(bench, draw({ mode: 0, depth: 1, planes: [rows] }));
    const expected: Formula = (x, y) => Array(decoded.channels).fill((x + y) % 3 === 0 ? 0 : 255);
    expect(worstSample(decoded, expected)).toBe(0);
  });

  it('of indices has the colours of its table, and its transparent index', async () => {
    const colours = Buffer.from(
      [0, 1, 2].flatMap((channel) => Array.from({ length: 256 }, (_, at) => (at * (channel + 1)) % 256)),
    );
    const planes = [plane(0, greyPattern)];
    const transparent = Buffer.from([0, 5]);
    const file = draw({ mode: 2, planes, colours, resources: [[1047, transparent]] });
    const expected: Formula = (x, y) => {
      const [index = 0] = greyPattern(x, y);
      return [index, (index * 2) % 256, (index * 3) % 256, index === 5 ? 0 : 255];
    };
    expect(worstSample(await decodeExactly(bench, file), expected)).toBe(0);
  });

  it('of CMYK is light where its inks are', async () => {
    // Stored inverted: 255 leaves the paper white.
    const flat = (value: number) => Buffer.alloc(width * height, value);
    const { data } = await decodeExactly(
      bench,
      draw({ mode: 4, planes: [flat(255), flat(255), flat(255), flat(255)] }),
    );
    expect(Math.min(...data)).toBeGreaterThan(250);
    const cyan = await decodeExactly(
      bench,
      draw({ mode: 4, planes: [flat(0), flat(255), flat(255), flat(255)] }),
    );
    const [red = 255, green = 0, blue = 0] = cyan.data;
    expect(red).toBeLessThan(90);
    expect(Math.min(green, blue)).toBeGreaterThan(130);
  });

  it('of CIELab with 16 bits has the colours of its numbers', async () => {
    // CIELab under D50 of colours of sRGB (Lindbloom's calculator).
    const known: [lab: readonly number[], rgb: readonly number[]][] = [
      [
        [54.29, 80.81, 69.89],
        [255, 0, 0],
      ],
      [
        [29.57, 68.3, -112.03],
        [0, 0, 255],
      ],
      [
        [53.59, 0, 0],
        [128, 128, 128],
      ],
    ];
    for (const [[lightness = 0, a = 0, b = 0], rgb] of known) {
      const planes = [lightness * 655.35, (a + 128) * 256, (b + 128) * 256].map((sample) => {
        const value = Math.round(sample);
        return Buffer.alloc(width * height * 2, Buffer.from([value >> 8, value & 255]));
      });
      const decoded = await decodeExactly(bench, draw({ mode: 9, depth: 16, planes }));
      expect(worstSample(decoded, () => rgb)).toBeLessThanOrEqual(2);
    }
  });

  it.skipIf(!services().python)(
    'of CIELab with 8 bits has the colours that Little CMS made it from',
    async () => {
      const smooth: Formula = (x, y) => [90 + x * 3, 200 - y * 3, 120 + x];
      const lab = await drawWithPython(`
from PIL import ImageCms
y, x = np.mgrid[0:23, 0:37]
rgb = np.stack([90 + x * 3, 200 - y * 3, 120 + x], -1).astype(np.uint8)
to_lab = ImageCms.buildTransform(ImageCms.createProfile('sRGB'), ImageCms.createProfile('LAB'), 'RGB', 'LAB')
# Pillow holds a and b as signed bytes.
lab = np.array(ImageCms.applyTransform(Image.fromarray(rgb), to_lab)); lab[:, :, 1:] ^= 128
write(lab.tobytes())`);
      const planes = [0, 1, 2].map((channel) => Buffer.from(lab.filter((_, at) => at % 3 === channel)));
      const decoded = await decodeExactly(bench, draw({ mode: 9, planes }));
      // One step of 8 bits in CIELab is up to three in sRGB.
      expect(worstSample(decoded, smooth)).toBeLessThanOrEqual(4);
    },
  );

  it('whose layers say that its fourth plane is transparency loses the white behind it', async () => {
    const colour = [200, 100, 40];
    const onWhite =
      (channel: number): Formula =>
      (x) => {
        const alpha = alphaPattern(x) / 255;
        return [Math.round((colour[channel] ?? 0) * alpha + 255 * (1 - alpha))];
      };
    const planes = [
      ...[0, 1, 2].map((channel) => plane(0, onWhite(channel))),
      plane(0, (x) => [alphaPattern(x)]),
    ];
    const decoded = await decodeExactly(bench, draw({ planes, layers: -1 }));
    expect(decoded.channels).toBe(4);
    for (let at = 0; at < decoded.data.length; at += 4) {
      const alpha = decoded.data[at + 3] ?? 0;
      expect(alpha).toBe(alphaPattern((at / 4) % width));
      // Rounding in 8 bits before the division.
      for (const channel of [0, 1, 2]) {
        const difference = Math.abs((decoded.data[at + channel] ?? 0) - (colour[channel] ?? 0));
        expect(difference).toBeLessThanOrEqual(Math.ceil(255 / 2 / alpha) + 1);
      }
    }
  });

  it('whose fourth plane is a saved selection is opaque', async () => {
    const planes = [plane(0), plane(1), plane(2), plane(0, (x) => [alphaPattern(x)])];
    const decoded = await decodeExactly(bench, draw({ planes, layers: 2 }));
    expect(worstSample(decoded, rgbPattern)).toBe(0);
  });

  it('keeps its credits', async () => {
    const exif = drawExif({ 0x010f: 'Maker', 0x0110: 'Model' }, {});
    expect((await bench.process(draw({ resources: [[1058, exif]] }))).facts.camera).toBe('Maker Model');
  });

  it.skipIf(!services().python).each([
    ['RGB', `Image.fromarray(rgb)`, rgbPattern],
    ['grey', `Image.fromarray(grey)`, greyPattern],
  ] satisfies [string, string, Formula][])(
    'by psd-tools of %s has its exact pixels',
    async (_what, image, formula) => {
      const file = await drawWithPython(
        `${PYTHON_PATTERNS}from psd_tools import PSDImage\nout = io.BytesIO(); PSDImage.frompil(${image}).save(out); write(out.getvalue())`,
      );
      const decoded = await decodeExactly(bench, file);
      const expected: Formula = formula === greyPattern && decoded.channels === 3 ? grey : formula;
      expect(worstSample(decoded, expected)).toBe(0);
    },
  );
});

describe('a Photoshop document is refused', () => {
  it.each([
    [
      'without a composite',
      draw({ resources: [[1057, Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])]] }),
      'a Photoshop document without a composite',
    ],
    [
      'with 32 bits',
      (() => {
        const file = draw();
        file.writeUInt16BE(32, 22);
        return file;
      })(),
      'a Photoshop document with 32 bits a channel',
    ],
    ['of separate channels', draw({ mode: 7 }), 'a Photoshop document of separate channels'],
  ])('as unsupported %s, by name', async (_what, file, what) => {
    await expect(bench.process(file)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
    });
  });

  it.each([0.1, 0.5, 0.99])('as corrupt when it is cut off at %d of its length', async (part) => {
    for (const runs of [false, true]) {
      const whole = draw({ runs });
      const cut = whole.subarray(0, Math.floor(whole.length * part));
      await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
    }
  });

  it('above the limit of pixels, before they are read', async () => {
    const file = draw();
    file.writeUInt32BE(100_000, 14);
    file.writeUInt32BE(100_000, 18);
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });
});
