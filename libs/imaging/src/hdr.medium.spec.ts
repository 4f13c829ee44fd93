import { drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cicp, withChunks } from './testing/draw-png.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** cd/m² of red, green and blue in BT.2020, one patch each. 203 is the white of a page. */
const PATCHES = [
  [0, 0, 0],
  [5, 5, 5],
  [50, 50, 50],
  [100, 100, 100],
  [203, 203, 203],
  [400, 400, 400],
  [150, 60, 40],
  [40, 120, 60],
  [900, 500, 300],
  [1000, 1000, 1000],
];
const SIDE = 32;

/** Formulas of BT.2100, BT.2087, BT.2390 and IEC 61966-2-1, written for these tests. */
const FORMULAS = `
import json
M1, M2, C1, C2, C3 = 2610/16384, 2523/4096*128, 3424/4096, 2413/4096*32, 2392/4096*32
def to_pq(nits):
    y = (np.asarray(nits, float) / 10000) ** M1
    return ((C1 + C2 * y) / (1 + C3 * y)) ** M2
def from_pq(v):
    r = np.asarray(v, float) ** (1 / M2)
    return 10000 * (np.maximum(0, r - C1) / (C2 - C3 * r)) ** (1 / M1)
def to_hlg(nits):
    # The inverse OOTF for a display of 1,000 cd/m2, then the OETF.
    display = np.asarray(nits, float) / 1000
    y = display @ [0.2627, 0.6780, 0.0593]
    scene = display * np.where(y > 0, np.maximum(y, 1e-9) ** (1 / 1.2 - 1), 0)[:, None]
    a = 0.17883277; b = 1 - 4 * a; c = 0.5 - a * np.log(4 * a)
    return np.where(scene <= 1/12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)
def tone(nits, peak):
    nits = np.asarray(nits, float)
    if peak <= 203: return np.minimum(nits, 203)
    top = to_pq(peak); white = to_pq(203) / top; knee = 1.5 * white - 0.5
    e = np.minimum(1, to_pq(nits) / top); t = (np.maximum(e, knee) - knee) / (1 - knee)
    p = (2*t**3 - 3*t**2 + 1)*knee + (t**3 - 2*t**2 + t)*(1 - knee) + (-2*t**3 + 3*t**2)*white
    return np.where(e < knee, nits, from_pq(p * top))
def expected(nits, peak):
    to_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
    light = np.maximum(0, np.asarray(nits, float) @ to_709.T)
    top = light.max(1, keepdims=True)
    light = light * tone(top, peak) / np.maximum(top, 1e-9) / 203
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1/2.4) - 0.055)
def patches(values):
    return np.repeat(np.repeat(np.asarray(values)[None], ${SIDE}, 0), ${SIDE}, 1)
`;

const python = (script: string) => drawWithPython(FORMULAS + script);

async function expectedColours(patches: readonly (readonly number[])[], peak: number): Promise<number[][]> {
  const script = `write(json.dumps(expected(${JSON.stringify(patches)}, ${peak}).tolist()).encode())`;
  return JSON.parse((await python(script)).toString()) as number[][];
}

async function expectPatches(
  file: Buffer,
  name: string,
  { patches = PATCHES, peak = 1000, within = 4 } = {},
): Promise<void> {
  const { facts, variants } = await bench.process(file, oneSize(1600));
  expect(facts.colourProfile).toBe(name);
  const { data } = only(variants);
  const colours = await expectedColours(patches, peak);
  for (const [index, colour] of colours.entries()) {
    const got = await colourAt(data, (index + 0.5) / patches.length, 0.5);
    expect(distance(got, colour), `patch ${index}: ${got.join()} for ${colour.join()}`).toBeLessThanOrEqual(
      within,
    );
  }
  const { space, hasProfile, depth } = await sharp(data).metadata();
  expect({ space, hasProfile, depth }).toEqual({ space: 'srgb', hasProfile: false, depth: 'uchar' });
}

const avif = (values: string, bits: number, transfer: number) =>
  python(`
import imagecodecs
a = np.round(patches(${values}) * ${2 ** bits - 1}).astype(np.uint16)
write(imagecodecs.avif_encode(a, level=100, bitspersample=${bits}, primaries=9, transfer=${transfer}, matrix=0))
`);
const heic = (values: string, transfer: number) =>
  python(`
import pillow_heif
a = np.round(patches(${values}) * 65535).astype(np.uint16)
out = io.BytesIO()
pillow_heif.encode('RGB;16', (a.shape[1], a.shape[0]), a.tobytes(), out, quality=-1, chroma=444,
    color_primaries=9, transfer_characteristics=${transfer}, matrix_coefficients=9, full_range_flag=1)
write(out.getvalue())
`);
const png = async (values: string, bits: 8 | 16, transfer: number) =>
  withChunks(
    await python(`
import imagecodecs
a = np.round(patches(${values}) * ${2 ** bits - 1}).astype(np.uint${bits})
write(imagecodecs.png_encode(a))
`),
    cicp(9, transfer),
  );

const PQ_VALUES = `to_pq(${JSON.stringify(PATCHES)})`;
const HLG_VALUES = `to_hlg(${JSON.stringify(PATCHES)})`;

describe.skipIf(!services().python)('HDR is tone-mapped to sRGB', () => {
  it.each([10, 12])('from an AVIF in PQ of %i bits', async (bits) => {
    await expectPatches(await avif(PQ_VALUES, bits, 16), 'Rec. 2020 PQ');
  });

  it('from an AVIF in HLG', async () => {
    await expectPatches(await avif(HLG_VALUES, 10, 18), 'Rec. 2020 HLG');
  });

  it('from a HEIC in PQ', async () => {
    await expectPatches(await heic(PQ_VALUES, 16), 'Rec. 2020 PQ');
  });

  it('from a HEIC in HLG', async () => {
    await expectPatches(await heic(HLG_VALUES, 18), 'Rec. 2020 HLG');
  });

  it.each([8, 16] as const)('from a PNG in PQ of %i bits', async (bits) => {
    // A step of 8 bits is several steps of a dark sRGB value.
    await expectPatches(await png(PQ_VALUES, bits, 16), 'Rec. 2020 PQ', { within: bits === 8 ? 8 : 4 });
  });

  it('from a PNG in HLG', async () => {
    await expectPatches(await png(HLG_VALUES, 16, 18), 'Rec. 2020 HLG');
  });

  it('without a change where it is not brighter than a page', async () => {
    const patches = PATCHES.filter((patch) => Math.max(...patch) <= 203);
    const file = await png(`to_pq(${JSON.stringify(patches)})`, 16, 16);
    await expectPatches(file, 'Rec. 2020 PQ', { patches, peak: 203 });
    const white = await colourAt(
      only((await bench.process(file, oneSize(1600))).variants).data,
      4.5 / 7,
      0.5,
    );
    expect(distance(white, [255, 255, 255])).toBeLessThanOrEqual(1);
  });

  it('up to the brightest light of PQ', async () => {
    const patches = [...PATCHES, [4000, 4000, 4000], [10_000, 10_000, 10_000]];
    const file = await png(`to_pq(${JSON.stringify(patches)})`, 16, 16);
    await expectPatches(file, 'Rec. 2020 PQ', { patches, peak: 10_000 });
  });

  it('and one brilliant point does not darken the others', async () => {
    const file = withChunks(
      await python(`
import imagecodecs
a = np.round(patches(to_pq(${JSON.stringify(PATCHES.slice(0, 5))})) * 65535).astype(np.uint16)
a[0, 0] = 65535
write(imagecodecs.png_encode(a))
`),
      cicp(9, 16),
    );
    await expectPatches(file, 'Rec. 2020 PQ', { patches: PATCHES.slice(0, 5), peak: 203 });
  });

  it('in grey', async () => {
    const greys = PATCHES.filter(([r, g, b]) => r === g && g === b);
    const file = withChunks(
      await python(`
import imagecodecs
a = np.round(patches(to_pq(${JSON.stringify(greys)})) * 65535).astype(np.uint16)
write(imagecodecs.png_encode(np.ascontiguousarray(a[..., 0])))
`),
      cicp(9, 16),
    );
    expect((await sharp(file).metadata()).space).toBe('grey16');
    await expectPatches(file, 'Rec. 2020 PQ', { patches: greys });
  });

  it('with alpha, in WebP and AVIF', async () => {
    const file = withChunks(
      await python(`
import imagecodecs
a = patches(to_pq(${JSON.stringify(PATCHES)}))
a = np.concatenate([a, np.full(a.shape[:2] + (1,), 0.5)], 2)
write(imagecodecs.png_encode(np.round(a * 65535).astype(np.uint16)))
`),
      cicp(9, 16),
    );
    const colours = await expectedColours(PATCHES, 1000);
    for (const format of ['webp', 'avif'] as const) {
      const { data } = only(await bench.encode(file, format, oneSize(1600)));
      const [x, y] = [5.5 / PATCHES.length, 0.5];
      expect(distance(await colourAt(data, x, y), [...(colours[5] ?? []), 128])).toBeLessThanOrEqual(6);
    }
  });
});
