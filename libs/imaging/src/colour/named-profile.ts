import type { MatrixProfile } from '../icc/matrix-profile.js';
import type { NamedColour } from '../named-colour.js';
import { chromaticitiesOf, rgbToXyzD50 } from './primaries.js';
import { isKnownTransfer, transferOf } from './transfer.js';

/** Whether these colours can be converted; otherwise the picture is shown as if it did not name them. */
export function isKnownColour({ primaries, transfer }: NamedColour): boolean {
  const chromaticities = chromaticitiesOf(primaries);
  return chromaticities !== null && rgbToXyzD50(chromaticities) !== null && isKnownTransfer(transfer);
}

/**
 * Describes named colours as a matrix profile, so that they are converted like an embedded profile of the same colours.
 *
 * @returns null for PQ and HLG, which no matrix profile describes, and for unknown colours
 */
export function namedProfile({ primaries, transfer }: NamedColour): MatrixProfile | null {
  const chromaticities = chromaticitiesOf(primaries);
  const toXyz = chromaticities && rgbToXyzD50(chromaticities);
  const toLight = transferOf(transfer);
  if (toXyz === null || toLight === null) return null;
  const curve = Float64Array.from({ length: 256 }, (_, value) => toLight(value / 255));
  return { curves: [curve, curve, curve], toXyz };
}
