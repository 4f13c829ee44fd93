import { readFile } from 'node:fs/promises';
import type { Recipe } from '@darkroom/contracts';
import { drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDecoderPool } from '../isolation/decoder-pool.js';
import { drawExif } from '../testing/draw-exif.js';
import { drawQuarters } from '../testing/drawings.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const RECIPE: Recipe = {
  name: 'test',
  version: 1,
  sizes: [
    { name: 'large', longSide: 320 },
    { name: 'small', longSide: 100 },
  ],
};
/** Linear light of the quarters of the drawn picture; white is 1. */
const LIGHT = [
  [4, 4, 4],
  [0.2, 0.6, 0.3],
  [0.8, 0.1, 0.3],
  [0.3, 0.3, 0.9],
];
const GAIN_MAP = 'urn:iso:std:iso:ts:21496:-1';

const drawUltraHdr = () =>
  drawWithPython(`
import imagecodecs
a = np.ones((480, 640, 4), np.float16)
q = np.array(${JSON.stringify(LIGHT)})
a[:240, :320, :3], a[:240, 320:, :3], a[240:, :320, :3], a[240:, 320:, :3] = q
write(imagecodecs.ultrahdr_encode(a, nits=1000))
`);

/** Returns the light of the four quarters, as an HDR screen would show them. */
async function lightOf(jpeg: Buffer): Promise<number[][]> {
  const text = await drawWithPython(`
import imagecodecs, base64, json
a = imagecodecs.ultrahdr_decode(base64.b64decode('${jpeg.toString('base64')}')).astype(float)
h, w = a.shape[:2]
write(json.dumps([a[int(h*y), int(w*x), :3].tolist() for y in (.25, .75) for x in (.25, .75)]).encode())
`);
  return JSON.parse(text.toString()) as number[][];
}

async function process(jpeg: Buffer, keepGainMap: boolean, engine = bench.engine) {
  const options = { ...(await bench.options()), keepGainMap };
  const { variants } = await engine.process(await bench.put(jpeg), RECIPE, options);
  const read = (name: string) => readFile(variants.find((variant) => variant.name === name)?.path ?? '');
  return { large: await read('large'), small: await read('small'), variants };
}

/** Inserts an APP1 segment at the front, where cameras write it. */
function withExif(jpeg: Buffer, tiff: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

function expectLight(light: readonly (readonly number[])[], expected: readonly (readonly number[])[]) {
  for (const [index, colour] of expected.entries()) {
    for (const [channel, value] of colour.entries()) {
      const ratio = (light[index]?.[channel] ?? 0) / value;
      expect(ratio, `quarter ${index}, channel ${channel}`).toBeGreaterThan(0.85);
      expect(ratio, `quarter ${index}, channel ${channel}`).toBeLessThan(1.15);
    }
  }
}

describe.skipIf(!services().python)('the gain map of an UltraHDR JPEG', () => {
  it('is left out without the setting', async () => {
    const { large } = await process(await drawUltraHdr(), false);
    expect(large.includes(GAIN_MAP)).toBe(false);
    expect(large.includes('MPF\0')).toBe(false);
  });

  it('is kept in the largest JPEG with the setting, and in no other', async () => {
    const original = await drawUltraHdr();
    const { large, small, variants } = await process(original, true);
    expect(variants[0]).toMatchObject({ name: 'large', width: 320, height: 240, bytes: large.length });
    expect(large.includes(GAIN_MAP)).toBe(true);
    expect(small.includes(GAIN_MAP)).toBe(false);
    expectLight(await lightOf(original), LIGHT);
    expectLight(await lightOf(large), LIGHT);
  });

  it('does not change what other screens show', async () => {
    const original = await drawUltraHdr();
    const [plain, kept] = [await process(original, false), await process(original, true)];
    const pixelsOf = (jpeg: Buffer) => sharp(jpeg).raw().toBuffer();
    expect((await pixelsOf(kept.large)).equals(await pixelsOf(plain.large))).toBe(true);
    expect(kept.small.equals(plain.small)).toBe(true);
  });

  it('comes with the credits, and without the camera and the time', async () => {
    const exif = drawExif(
      { 0x010f: 'Maker', 0x013b: 'Ann', 0x8298: '© Ann' },
      { 0x9003: '2026:07:01 18:30:00' },
    );
    const { large } = await process(withExif(await drawUltraHdr(), exif), true);
    expect(large.includes('Maker')).toBe(false);
    expect(large.includes('2026:07:01')).toBe(false);
    expect((await sharp(large).metadata()).exif?.includes('© Ann')).toBe(true);
  });

  it.each([
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ])('is turned with its picture of orientation %i', async (orientation, order) => {
    const { large } = await process(withOrientation(await drawUltraHdr(), orientation), true);
    const [width, height] = orientation >= 5 ? [240, 320] : [320, 240];
    expect(await sharp(large).metadata()).toMatchObject({ width, height });
    expectLight(
      await lightOf(large),
      order.map((quarter) => LIGHT[quarter] ?? []),
    );
  });

  it('that is damaged is left out, and the picture is complete', async () => {
    const original = await drawUltraHdr();
    const at = original.indexOf(Buffer.from([0xff, 0xd8, 0xff]), 100);
    const damaged = Buffer.from(original).fill(0, at, at + 200);
    const { large } = await process(damaged, true);
    expect(large.equals((await process(damaged, false)).large)).toBe(true);
  });

  it('is kept by a decoder process, too', async () => {
    const pool = createDecoderPool({ size: 1, memoryLimitBytes: 2 ** 30, folder: bench.folder });
    try {
      const { large } = await process(await drawUltraHdr(), true, pool);
      expect(large.includes(GAIN_MAP)).toBe(true);
    } finally {
      await pool.close();
    }
  });
});

it('the setting does not change the JPEG of a plain JPEG', async () => {
  const jpeg = await drawQuarters(640, 480).jpeg().toBuffer();
  expect((await process(jpeg, true)).large.equals((await process(jpeg, false)).large)).toBe(true);
});

function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0', 'latin1');
  tiff.writeUInt16LE(orientation, 18);
  return withExif(jpeg, tiff);
}
