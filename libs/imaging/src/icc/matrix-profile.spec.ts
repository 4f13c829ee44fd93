import { describe, expect, it } from 'vitest';
import { readMatrixProfile } from './matrix-profile.js';
import { buildMatrixProfile, SRGB_COLORANTS } from '../testing/matrix-profile-builder.js';

describe('readMatrixProfile', () => {
  it('reads colorants and a gamma', () => {
    const profile = readMatrixProfile(
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 } }),
    );
    expect(profile?.toXyz[0]).toBeCloseTo(0.43607, 4);
    expect(profile?.toXyz[3]).toBeCloseTo(0.22249, 4);
    expect(profile?.curves[0][128]).toBeCloseTo((128 / 255) ** 2.2, 3);
  });

  it('interpolates between the samples of a curve', () => {
    const profile = readMatrixProfile(
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { samples: [0, 16_384, 65_535] } }),
    );
    expect(profile?.curves[1][0]).toBe(0);
    expect(profile?.curves[1][64]).toBeCloseTo(0.25 * (64 / 127.5), 3);
    expect(profile?.curves[1][255]).toBe(1);
  });

  it.each([0, 1, 2, 3, 4])('reads the parametric function type %i', (type) => {
    const parameters =
      [
        [2.4],
        [2.4, 1, 0],
        [2.4, 1, 0, 0],
        [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045],
        [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0],
      ][type] ?? [];
    const profile = readMatrixProfile(
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { type, parameters } }),
    );
    const x = 100 / 255;
    const expected = type >= 3 ? ((x + 0.055) / 1.055) ** 2.4 : x ** 2.4;
    expect(profile?.curves[2][100]).toBeCloseTo(expected, 3);
  });

  it.each([
    ['is empty', new Uint8Array()],
    ['is only a header', new Uint8Array(128)],
    [
      'is truncated in its tags',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 } }).subarray(0, 200),
    ],
    [
      'has colorants that do not add up to white',
      buildMatrixProfile({
        colorants: [[0.6, 0.2, 0], SRGB_COLORANTS[1], SRGB_COLORANTS[2]],
        curve: { gamma: 2.2 },
      }),
    ],
    [
      'has a curve that falls',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { samples: [65_535, 30_000, 0] } }),
    ],
    [
      'has a curve that ends in the dark',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { samples: [0, 100, 200] } }),
    ],
    [
      'has a look-up table',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 }, extraTag: 'A2B0' }),
    ],
    ['is for CMYK', buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 }, space: 'CMYK' })],
    [
      'has an unknown function type',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { type: 9, parameters: [2.4] } }),
    ],
    [
      'divides by zero',
      buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { type: 1, parameters: [2.4, 0, 0] } }),
    ],
  ])('returns null for a profile that %s', (_, icc) => {
    expect(readMatrixProfile(icc)).toBeNull();
  });

  it('returns light from 0 to 1, or nothing, for any broken byte', () => {
    const good = buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { samples: [0, 16_384, 65_535] } });
    const broken = [...good.keys()].flatMap((at) =>
      [0, 0x7f, 0x80, 0xff].map((value) => good.with(at, value)),
    );
    const light = broken
      .flatMap((icc) => [...(readMatrixProfile(icc)?.curves ?? [])])
      .flatMap((curve) => [...curve]);
    expect(light.length).toBeGreaterThan(0);
    expect(light.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});
