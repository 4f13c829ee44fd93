import { describe, expect, it } from 'vitest';
import { convertToSrgb, createSrgbConversion } from '../icc/to-srgb.js';
import type { NamedColour } from '../named-colour.js';
import { lightIn, lightToSrgb, type Vector } from '../testing/colour-formulas.js';
import { isKnownColour, namedProfile } from './named-profile.js';

const A98 = {
  red: [0.64, 0.33],
  green: [0.21, 0.71],
  blue: [0.15, 0.06],
  white: [0.3127, 0.329],
} as const;
const STEPS = [0, 16, 48, 96, 128, 160, 200, 230, 255];
/** Every colour of a coarse cube in sRGB, which lies within all wider gamuts. */
const CUBE = STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.map((b): Vector => [r, g, b])));

function convert(colour: NamedColour, pixels: readonly Vector[]): Uint8Array {
  const profile = namedProfile(colour);
  if (profile === null) throw new Error('The colours are unknown.');
  const data = Uint8Array.from(pixels.flat());
  convertToSrgb(data, 3, createSrgbConversion(profile));
  return data;
}

const smpte240 = (v: number) => (v < 0.0228 ? 4 * v : 1.1115 * v ** 0.45 - 0.1115);

describe('colours with a name', () => {
  it.each<[string, NamedColour, Parameters<typeof lightIn>[0], (light: number) => number, number]>([
    ['Display P3', { primaries: 12, transfer: 13 }, 'p3', lightToSrgb, 2],
    ['BT.2020 with the curve of sRGB', { primaries: 9, transfer: 13 }, 'rec2020', lightToSrgb, 5],
    ['BT.2020 with the curve of its cameras', { primaries: 9, transfer: 14 }, 'rec2020', lightToSrgb, 5],
    ['BT.709 with a gamma of 2.2', { primaries: 1, transfer: 4 }, 'srgb', (v) => v ** (1 / 2.2), 3],
    ['BT.709 with a gamma of 2.8', { primaries: 1, transfer: 5 }, 'srgb', (v) => v ** (1 / 2.8), 3],
    ['BT.709 with the curve of SMPTE 240M', { primaries: 1, transfer: 7 }, 'srgb', smpte240, 3],
    [
      'Adobe RGB by its chromaticities',
      { primaries: A98, transfer: { gamma: 2.2 } },
      'a98',
      (v) => v ** (1 / 2.2),
      3,
    ],
  ])('of %s become sRGB', (_name, colour, primaries, encode, within) => {
    const stored = CUBE.map((srgb) =>
      lightIn(primaries, srgb).map((v) => Math.round(255 * encode(Math.min(1, Math.max(0, v))))),
    );
    const converted = convert(colour, stored);
    // A step of a stored value can be several steps of a dark sRGB value, most in the widest gamut: compare from a value of 48.
    const differences = CUBE.flat().map((value, index) =>
      value >= 48 ? Math.abs(value - (converted[index] ?? 0)) : 0,
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(within);
  });

  it.each([1, 4, 5, 6, 7, 8, 9, 11, 12, 22])('keep white and grey with the primaries %i', (primaries) => {
    expect([
      ...convert({ primaries, transfer: 13 }, [
        [255, 255, 255],
        [99, 99, 99],
      ]),
    ]).toEqual([255, 255, 255, 99, 99, 99]);
  });

  it('of linear light become sRGB', () => {
    expect([...convert({ primaries: 1, transfer: 8 }, [[0, 64, 255]])]).toEqual([0, 137, 255]);
  });

  it.each([
    [1, 13],
    [1, 1],
    [2, 2],
    [1, 6],
  ])('of primaries %i and transfer %i are sRGB already', (primaries, transfer) => {
    const profile = namedProfile({ primaries, transfer });
    expect(profile && createSrgbConversion(profile).isIdentity).toBe(true);
  });

  it.each<[string, NamedColour]>([
    ['a reserved number of primaries', { primaries: 3, transfer: 13 }],
    ['a reserved transfer', { primaries: 1, transfer: 3 }],
    ['a logarithmic transfer', { primaries: 1, transfer: 9 }],
    ['primaries on a line', { primaries: { ...A98, green: [0.395, 0.195] }, transfer: 13 }],
    ['a primary without luminance', { primaries: { ...A98, blue: [0.15, 0] }, transfer: 13 }],
    ['a white outside its primaries', { primaries: { ...A98, white: [0.9, 0.05] }, transfer: 13 }],
    [
      'chromaticities of zero',
      { primaries: { red: [0, 0], green: [0, 0], blue: [0, 0], white: [0, 0] }, transfer: 13 },
    ],
  ])('are unknown with %s', (_name, colour) => {
    expect(isKnownColour(colour)).toBe(false);
    expect(namedProfile(colour)).toBeNull();
  });
});
