import { drawWithPython, services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawQoi } from '../testing/draw-raster.js';
import {
  decodeExactly,
  drawFormula,
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

const drawn = () => drawQoi({ ...PATTERN_SIZE, channels: 3, data: drawFormula(width, height, rgbPattern) });

describe('a QOI file', () => {
  it.skipIf(!services().python).each([
    ['RGB', 'rgb', rgbPattern],
    ['RGB and alpha', 'rgba', rgbaPattern],
    // Small steps, repeated colours and runs: each kind of chunk.
    [
      'a smooth ramp',
      'np.stack([x // 3 + 5, x // 2 + y // 8, y + x], -1).astype(np.uint8)',
      (x: number, y: number) => [Math.floor(x / 3) + 5, (x >> 1) + (y >> 3), y + x],
    ],
  ] as const)('of the encoder of imagecodecs with %s has its exact pixels', async (_what, array, formula) => {
    const script = `import imagecodecs; write(imagecodecs.qoi_encode(${array}))`;
    const file = await drawWithPython(PYTHON_PATTERNS + script);
    expect(worstSample(await decodeExactly(bench, file), formula)).toBe(0);
  });

  it('has its exact pixels as literals', async () => {
    expect(worstSample(await decodeExactly(bench, drawn()), rgbPattern)).toBe(0);
  });

  it.each([1, 8, 9, 100])('without its last %i bytes is corrupt', async (bytes) => {
    await expect(bench.process(drawn().subarray(0, -bytes))).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('with five channels is corrupt', async () => {
    const file = drawn();
    file[12] = 5;
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('above the limit of pixels is refused before they are read', async () => {
    const file = drawn();
    file.writeUInt32BE(100_000, 4);
    file.writeUInt32BE(100_000, 8);
    await expect(bench.process(file)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });
});
