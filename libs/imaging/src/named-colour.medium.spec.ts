import { drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lightIn, lightToSrgb } from './testing/colour-formulas.js';
import { displayP3 } from './testing/display-p3.js';
import { chrm, cicp, gama, srgbChunk, withChunks } from './testing/draw-png.js';
import { drawQuarters, type Quarters, type Rgb, UPRIGHT } from './testing/drawings.js';
import { drawGreyProfile } from './testing/grey-profile.js';
import { buildMatrixProfile, SRGB_COLORANTS } from './testing/matrix-profile-builder.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const PLACES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;
const ADOBE = [0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06];
/** JPEG at a quality of 80 moves a flat colour by this much, and 8 bits of a wide gamut by one more. */
const WITHIN = 5;

/** The quarters as a file of these primaries stores them, by the formulas of CSS Color 4. */
const storedIn = (
  primaries: 'srgb' | 'p3' | 'a98' | 'rec2020',
  encode: (light: number) => number,
): Quarters => {
  const store = (srgb: Rgb): Rgb => {
    const [r = 0, g = 0, b = 0] = lightIn(primaries, srgb).map((light) => Math.round(255 * encode(light)));
    return [r, g, b];
  };
  const [a, b, c, d] = UPRIGHT;
  return [store(a), store(b), store(c), store(d)];
};

const inP3 = () => drawQuarters(240, 160, storedIn('p3', lightToSrgb));
const pngOf = (quarters: Quarters) => drawQuarters(240, 160, quarters).png().toBuffer();

async function expectQuarters(file: Buffer, colourProfile: string | null, expected: Quarters = UPRIGHT) {
  const { facts, variants } = await bench.process(file, oneSize(120));
  expect(facts.colourProfile).toBe(colourProfile);
  const { data } = only(variants);
  for (const [index, [x, y]] of PLACES.entries()) {
    expect(distance(await colourAt(data, x, y), expected[index] ?? [])).toBeLessThanOrEqual(WITHIN);
  }
}

describe('a PNG', () => {
  it('in Display P3 by cICP', async () => {
    await expectQuarters(withChunks(await inP3().png().toBuffer(), cicp(12, 13)), 'Display P3');
  });

  it('in BT.2020 by cICP', async () => {
    const png = await pngOf(storedIn('rec2020', lightToSrgb));
    await expectQuarters(withChunks(png, cicp(9, 14)), 'Rec. 2020');
  });

  it('in Adobe RGB by gAMA and cHRM', async () => {
    const png = await pngOf(storedIn('a98', (v) => v ** (1 / 2.2)));
    await expectQuarters(withChunks(png, gama(1 / 2.2), chrm(...ADOBE)), 'Adobe RGB');
  });

  it('with a gamma of 1.8', async () => {
    const png = await pngOf(storedIn('srgb', (v) => v ** (1 / 1.8)));
    await expectQuarters(withChunks(png, gama(1 / 1.8)), 'sRGB, gamma 1.8');
  });

  it('with a gamma of 1.8 and sRGB, which wins', async () => {
    await expectQuarters(withChunks(await pngOf(UPRIGHT), gama(1 / 1.8), srgbChunk()), null);
  });

  it('whose cICP wins over its profile', async () => {
    const png = await drawQuarters(240, 160, UPRIGHT).withIccProfile('p3').png().toBuffer();
    expect((await sharp(png).metadata()).hasProfile).toBe(true);
    const stored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    const red: Rgb = [stored[0] ?? 0, stored[1] ?? 0, stored[2] ?? 0];
    const { facts, variants } = await bench.process(withChunks(png, cicp(1, 13)), oneSize(120));
    expect(facts.colourProfile).toBeNull();
    expect(distance(await colourAt(only(variants).data, 0.25, 0.25), red)).toBeLessThanOrEqual(WITHIN);
  });

  it('whose profile wins over gAMA', async () => {
    const png = await drawQuarters(240, 160, UPRIGHT).withIccProfile('p3').png().toBuffer();
    await expectQuarters(withChunks(png, gama(1)), 'sP3C');
  });

  it('in grey, with a gamma', async () => {
    const grey = { create: { width: 90, height: 60, channels: 3, background: '#404040' } } as const;
    const png = await sharp(grey).toColourspace('b-w').png().toBuffer();
    const { variants } = await bench.process(withChunks(png, gama(1)), oneSize(50));
    // 64 of 255 in linear light is as bright as 137 in sRGB.
    expect(distance(await colourAt(only(variants).data, 0.5, 0.5), [137, 137, 137])).toBeLessThanOrEqual(2);
  });

  it('of 16 bits in linear light, without losing its darkness', async () => {
    // The light of the sRGB values 2, 5, 10 and 20: 8 bits of linear light would store 0, 0, 1 and 2.
    const values = [2, 5, 10, 20];
    const data = Uint16Array.from(
      values.flatMap((value) => lightIn('srgb', [value, value, value])),
      (light) => Math.round(light * 65_535),
    );
    const png = await sharp(data, { raw: { width: 4, height: 1, channels: 3 } })
      .resize(64, 16, { kernel: 'nearest', fit: 'fill' })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    const { variants } = await bench.process(withChunks(png, gama(1)), oneSize(64));
    for (const [index, value] of values.entries()) {
      const colour = await colourAt(only(variants).data, (index + 0.5) / 4, 0.5);
      expect(distance(colour, [value, value, value])).toBeLessThanOrEqual(1);
    }
  });

  it('of 16 bits in Display P3 with alpha', async () => {
    const png = await inP3().ensureAlpha(0.5).toColourspace('rgb16').png().toBuffer();
    expect(await sharp(png).metadata()).toMatchObject({ depth: 'ushort', channels: 4 });
    const { data } = only(await bench.encode(withChunks(png, cicp(12, 13)), 'webp', oneSize(120)));
    for (const [index, [x, y]] of PLACES.entries()) {
      expect(distance(await colourAt(data, x, y), [...(UPRIGHT[index] ?? []), 128])).toBeLessThanOrEqual(12);
    }
  });
});

describe('an AVIF', () => {
  /** libheif writes the primaries of sRGB; the pixels stay the same. */
  const avifOf = async (primaries: number, profile?: string) => {
    const draw = profile === undefined ? inP3() : inP3().withIccProfile(profile);
    const avif = await draw.avif({ lossless: true }).toBuffer();
    avif.writeUInt16BE(primaries, avif.indexOf('nclx') + 4);
    return avif;
  };

  it('in Display P3 by nclx', async () => {
    await expectQuarters(await avifOf(12), 'Display P3');
  });

  it('in sRGB by nclx has no name for its colours', async () => {
    await expectQuarters(await avifOf(1), null, storedIn('p3', lightToSrgb));
  });

  it.skipIf(!services().python)('of 10 bits in Display P3', async () => {
    const quarters = storedIn('p3', lightToSrgb).map((rgb) =>
      rgb.map((value) => Math.round((value * 1023) / 255)),
    );
    const avif = await drawWithPython(`
import imagecodecs
a = np.zeros((160, 240, 3), np.uint16)
q = np.array(${JSON.stringify(quarters)}, np.uint16)
a[:80, :120], a[:80, 120:], a[80:, :120], a[80:, 120:] = q
write(imagecodecs.avif_encode(a, level=100, bitspersample=10, primaries=12, transfer=13, matrix=0))
`);
    expect((await sharp(avif).metadata()).depth).toBe('ushort');
    await expectQuarters(avif, 'Display P3');
  });
});

describe('a profile that does not fit is ignored', () => {
  const plain = () => drawQuarters(240, 160).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  const cmyk = () => drawQuarters(240, 160).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
  const tag = (jpeg: Buffer, icc: Buffer) => {
    const content = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), icc]);
    const head = Buffer.from([0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(content.length + 2, 2);
    return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
  };
  const p3 = async () => (await displayP3()) ?? Buffer.alloc(0);
  const patched = (icc: Buffer, at: number, text: string) => {
    const copy = Buffer.from(icc);
    copy.write(text, at, 'latin1');
    return copy;
  };

  it('while one that fits is not', async () => {
    const { facts, variants } = await bench.process(tag(await plain(), await p3()), oneSize(120));
    expect(facts.colourProfile).toBe('sP3C');
    expect(distance(await colourAt(only(variants).data, 0.25, 0.25), UPRIGHT[0])).toBeGreaterThan(15);
  });

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['abstract, from Lab to Lab', async () => patched(await p3(), 12, 'abstLab Lab ')],
    ['a device link', async () => patched(await p3(), 12, 'link')],
    ['named colours', async () => patched(await p3(), 12, 'nmcl')],
    ['for grey', () => drawGreyProfile(1)],
    ['for CMYK', async () => patched(await p3(), 16, 'CMYK')],
    ['truncated', async () => (await p3()).subarray(0, -20)],
  ])('in a JPEG: %s', async (_what, draw) => {
    await expectQuarters(tag(await plain(), await draw()), null);
  });

  it('in a CMYK JPEG: for RGB', async () => {
    const rgb = Buffer.from(buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 1 } }));
    const [untagged, tagged] = [await cmyk(), tag(await cmyk(), rgb)];
    expect(await sharp(tagged).metadata()).toMatchObject({ space: 'cmyk', hasProfile: true });
    const expected = only((await bench.process(untagged, oneSize(120))).variants).data;
    const { facts, variants } = await bench.process(tagged, oneSize(120));
    expect(facts.colourProfile).toBeNull();
    expect(only(variants).data.equals(expected)).toBe(true);
  });

  it('but in a grey JPEG one for RGB is applied', async () => {
    const rgb = Buffer.from(buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 1 } }));
    const grey = { create: { width: 90, height: 60, channels: 3, background: '#404040' } } as const;
    const tagged = tag(await sharp(grey).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer(), rgb);
    expect(await sharp(tagged).metadata()).toMatchObject({ space: 'b-w', hasProfile: true });
    const { variants } = await bench.process(tagged, oneSize(50));
    // 64 of 255 in linear light is as bright as 137 in sRGB.
    expect(distance(await colourAt(only(variants).data, 0.5, 0.5), [137, 137, 137])).toBeLessThanOrEqual(2);
  });
});
