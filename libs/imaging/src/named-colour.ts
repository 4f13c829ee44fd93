/** CIE 1931 chromaticities: x and y of red, green, blue and white. */
export interface Chromaticities {
  red: readonly [x: number, y: number];
  green: readonly [x: number, y: number];
  blue: readonly [x: number, y: number];
  white: readonly [x: number, y: number];
}

/** The colours of a picture whose file names them without an ICC profile, mostly as code points of ITU-T H.273. */
export interface NamedColour {
  /** Colour primaries: 1 is BT.709 (sRGB), 9 is BT.2020, 12 is Display P3, 2 is unspecified. */
  primaries: number | Chromaticities;
  /**
   * Transfer characteristics: 13 is sRGB, 16 is PQ, 18 is HLG, 2 is unspecified. Or the exponent that makes a value
   * linear light, e.g. 2.2.
   */
  transfer: number | { gamma: number };
}

/** SMPTE ST 2084, absolute light up to 10,000 cd/m². */
export const PQ = 16;
/** Hybrid log-gamma of ITU-R BT.2100, relative to the display. */
export const HLG = 18;

/** Whether the picture has light above the white of a page, so that it needs tone mapping. */
export function isHdr({ transfer }: NamedColour): boolean {
  return transfer === PQ || transfer === HLG;
}
