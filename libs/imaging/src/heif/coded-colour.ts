import type { NamedColour } from '../named-colour.js';

/** The colours that coded data names. */
export interface CodedColour extends NamedColour {
  /** Whether luma extends over all values of its bits, instead of 16 to 235 of 8 bits; null when not stated. */
  isFullRange: boolean | null;
  /** `matrix_coefficients` (ITU-T H.273, 8.3); 2 when not stated. */
  matrix: number;
}
