/** Matrices by rows, and curves, of CSS Color 4 ("Sample code for color conversions"), as references for tests. */
const SRGB_TO_XYZ = [
  [506_752 / 1_228_815, 87_881 / 245_763, 12_673 / 70_218],
  [87_098 / 409_605, 175_762 / 245_763, 12_673 / 175_545],
  [7918 / 409_605, 87_881 / 737_289, 1_001_167 / 1_053_270],
];
const XYZ_TO_P3 = [
  [446_124 / 178_915, -333_277 / 357_830, -72_051 / 178_915],
  [-14_852 / 17_905, 63_121 / 35_810, 423 / 17_905],
  [11_844 / 330_415, -50_337 / 660_830, 316_169 / 330_415],
];
const XYZ_TO_A98 = [
  [1_829_569 / 896_150, -506_331 / 896_150, -308_931 / 896_150],
  [-851_781 / 878_810, 1_648_619 / 878_810, 36_519 / 878_810],
  [16_779 / 1_248_040, -147_721 / 1_248_040, 1_266_979 / 1_248_040],
];
const XYZ_TO_REC2020 = [
  [30_757_411 / 17_917_100, -6_372_589 / 17_917_100, -4_539_589 / 17_917_100],
  [-19_765_991 / 29_648_200, 47_925_759 / 29_648_200, 467_509 / 29_648_200],
  [792_561 / 44_930_125, -1_921_689 / 44_930_125, 42_328_811 / 44_930_125],
];

export type Vector = readonly number[];

const srgbToLight = (v: number) => (v <= 0.040_45 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
export const lightToSrgb = (v: number) => (v <= 0.003_130_8 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
/** SMPTE ST 2084. @param light - cd/m² */
export const lightToPq = (light: number) => {
  const root = (light / 10_000) ** (2610 / 16_384);
  return ((3424 / 4096 + (2413 / 128) * root) / (1 + (2392 / 128) * root)) ** ((2523 / 4096) * 128);
};

/** Linear sRGB to the linear RGB of other primaries. */
const FROM_SRGB = {
  srgb: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  p3: times(XYZ_TO_P3, SRGB_TO_XYZ),
  a98: times(XYZ_TO_A98, SRGB_TO_XYZ),
  rec2020: times(XYZ_TO_REC2020, SRGB_TO_XYZ),
};

/** Converts an 8-bit sRGB colour to linear light in other primaries, 0 to 1. */
export function lightIn(primaries: keyof typeof FROM_SRGB, srgb: Vector): number[] {
  const light = srgb.map((value) => srgbToLight(value / 255));
  return FROM_SRGB[primaries].map((row) => row.reduce((sum, factor, k) => sum + factor * (light[k] ?? 0), 0));
}

function times(left: readonly Vector[], right: readonly Vector[]): number[][] {
  return left.map((row) =>
    [0, 1, 2].map((column) => row.reduce((sum, factor, k) => sum + factor * (right[k]?.[column] ?? 0), 0)),
  );
}
