/** The colours of a picture whose file names them without an ICC profile, as code points of ITU-T H.273. */
export interface NamedColour {
  /** Colour primaries: 1 is BT.709 (sRGB), 9 is BT.2020, 12 is Display P3, 2 is unspecified. */
  primaries: number;
  /** Transfer characteristics: 13 is sRGB, 16 is PQ, 18 is HLG, 2 is unspecified. */
  transfer: number;
}
