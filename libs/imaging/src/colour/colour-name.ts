import { type Chromaticities, HLG, type NamedColour, PQ } from '../named-colour.js';

/** Names of the primaries of ITU-T H.273, table 2. sRGB has no name here: it is what a picture without a name has. */
const PRIMARIES: Readonly<Record<number, string>> = {
  4: 'NTSC 1953',
  5: 'PAL',
  6: 'NTSC',
  7: 'NTSC',
  8: 'Film',
  9: 'Rec. 2020',
  11: 'DCI-P3',
  12: 'Display P3',
  22: 'EBU 3213',
};
const SRGB_PRIMARIES = new Set([1, 2]);

const CURVES: Readonly<Record<number, string>> = { 4: 'gamma 2.2', 5: 'gamma 2.8', 8: 'linear' };

/** Primaries that files give as chromaticities, and their usual gamma, which then needs no mention. */
const KNOWN: readonly { name: string; gamma?: number; points: readonly number[] }[] = [
  { name: 'sRGB', points: [0.64, 0.33, 0.3, 0.6, 0.15, 0.06] },
  { name: 'Adobe RGB', gamma: 2.2, points: [0.64, 0.33, 0.21, 0.71, 0.15, 0.06] },
  { name: 'Display P3', points: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06] },
  { name: 'Rec. 2020', points: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046] },
  { name: 'ProPhoto RGB', gamma: 1.8, points: [0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001] },
];
/** PNG stores five decimals, but writers round to three. */
const POINT_TOLERANCE = 0.0015;
const GAMMA_TOLERANCE = 0.01;

/**
 * Names colours for people, e.g. `Display P3`, `Rec. 2020 PQ`, `sRGB, gamma 1.8`.
 *
 * @returns null for sRGB, which every picture without a profile has
 */
export function colourName({ primaries, transfer }: NamedColour): string | null {
  const known = typeof primaries === 'number' ? null : findKnown(primaries);
  const gamut = typeof primaries === 'number' ? gamutName(primaries) : (known?.name ?? 'Custom RGB');
  if (transfer === PQ) return `${gamut} PQ`;
  if (transfer === HLG) return `${gamut} HLG`;
  const curve = curveName(transfer, known?.gamma);
  if (curve !== null) return `${gamut}, ${curve}`;
  return gamut === 'sRGB' ? null : gamut;
}

function gamutName(primaries: number): string {
  return SRGB_PRIMARIES.has(primaries) ? 'sRGB' : (PRIMARIES[primaries] ?? 'Custom RGB');
}

function curveName(transfer: NamedColour['transfer'], usual: number | undefined): string | null {
  if (typeof transfer === 'number') return CURVES[transfer] ?? null;
  const { gamma } = transfer;
  if (usual !== undefined && Math.abs(gamma - usual) < GAMMA_TOLERANCE) return null;
  return `gamma ${Number(gamma.toFixed(2))}`;
}

function findKnown({ red, green, blue }: Chromaticities): (typeof KNOWN)[number] | null {
  const points = [...red, ...green, ...blue];
  const isNear = (value: number, index: number) => Math.abs(value - (points[index] ?? 0)) < POINT_TOLERANCE;
  return KNOWN.find((known) => known.points.every(isNear)) ?? null;
}
