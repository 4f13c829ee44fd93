import { HLG, type NamedColour, PQ } from '../named-colour.js';

/** Converts a value to linear light, both 0 to 1. */
export type Transfer = (value: number) => number;

/** IEC 61966-2-1. */
const srgb: Transfer = (v) => (v <= 0.040_45 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const power =
  (gamma: number): Transfer =>
  (v) =>
    v ** gamma;

/**
 * ITU-T H.273, table 3. Browsers show the curves of cameras (BT.709 and its relatives: 1, 6, 11, 12, 14, 15) as sRGB,
 * because screens do not invert these curves, and so are pictures whose curve is unspecified (2).
 */
const TRANSFERS: Readonly<Record<number, Transfer>> = {
  1: srgb,
  2: srgb,
  4: power(2.2),
  5: power(2.8),
  6: srgb,
  // SMPTE 240M.
  7: (v) => (v < 4 * 0.0228 ? v / 4 : ((v + 0.1115) / 1.1115) ** (1 / 0.45)),
  8: (v) => v,
  11: srgb,
  12: srgb,
  13: srgb,
  14: srgb,
  15: srgb,
  // SMPTE ST 428-1, film: white is 48 of the 52.37 cd/m² that it can encode.
  17: (v) => Math.min(1, (v ** 2.6 * 52.37) / 48),
};

/** Returns the curve of a picture without HDR; null when it is reserved or unknown here. */
export function transferOf(transfer: NamedColour['transfer']): Transfer | null {
  return typeof transfer === 'number' ? (TRANSFERS[transfer] ?? null) : power(transfer.gamma);
}

// SMPTE ST 2084, in the notation of ITU-R BT.2100, table 4.
const M1 = 2610 / 16_384;
const M2 = (2523 / 4096) * 128;
const C1 = 3424 / 4096;
const C2 = (2413 / 4096) * 32;
const C3 = (2392 / 4096) * 32;
/** cd/m² of the largest PQ value. */
const PQ_PEAK = 10_000;

/** @returns cd/m² of a PQ value of 0 to 1 */
export function pqToLight(value: number): number {
  const root = value ** (1 / M2);
  return PQ_PEAK * (Math.max(0, root - C1) / (C2 - C3 * root)) ** (1 / M1);
}

/** @param light - cd/m² */
export function lightToPq(light: number): number {
  const root = (light / PQ_PEAK) ** M1;
  return ((C1 + C2 * root) / (1 + C3 * root)) ** M2;
}

// ITU-R BT.2100, table 5.
const A = 0.178_832_77;
const B = 1 - 4 * A;
const C = 0.5 - A * Math.log(4 * A);

/** Converts an HLG value to the linear light of the scene, both 0 to 1. */
export function hlgToScene(value: number): number {
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - C) / A) + B) / 12;
}

/** Whether pictures with this curve can be converted. */
export function isKnownTransfer(transfer: NamedColour['transfer']): boolean {
  return transfer === PQ || transfer === HLG || transferOf(transfer) !== null;
}
