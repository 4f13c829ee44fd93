import { expect, it } from 'vitest';
import type { Chromaticities, NamedColour } from '../named-colour.js';
import { colourName } from './colour-name.js';

const chromaticities = (...[a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: number[]): Chromaticities => ({
  red: [a, b],
  green: [c, d],
  blue: [e, f],
  white: [0.3127, 0.329],
});

it.each<[NamedColour, string | null]>([
  [{ primaries: 1, transfer: 13 }, null],
  [{ primaries: 2, transfer: 2 }, null],
  [{ primaries: 12, transfer: 13 }, 'Display P3'],
  [{ primaries: 12, transfer: 1 }, 'Display P3'],
  [{ primaries: 11, transfer: 17 }, 'DCI-P3'],
  [{ primaries: 9, transfer: 16 }, 'Rec. 2020 PQ'],
  [{ primaries: 9, transfer: 18 }, 'Rec. 2020 HLG'],
  [{ primaries: 12, transfer: 16 }, 'Display P3 PQ'],
  [{ primaries: 9, transfer: 14 }, 'Rec. 2020'],
  [{ primaries: 1, transfer: 8 }, 'sRGB, linear'],
  [{ primaries: 1, transfer: { gamma: 1 / 0.55556 } }, 'sRGB, gamma 1.8'],
  [
    { primaries: chromaticities(0.64, 0.33, 0.21, 0.71, 0.15, 0.06), transfer: { gamma: 1 / 0.45455 } },
    'Adobe RGB',
  ],
  [
    { primaries: chromaticities(0.64, 0.33, 0.3, 0.6, 0.15, 0.06), transfer: { gamma: 1 / 0.45455 } },
    'sRGB, gamma 2.2',
  ],
  [
    { primaries: chromaticities(0.5, 0.3, 0.3, 0.5, 0.2, 0.1), transfer: { gamma: 2 } },
    'Custom RGB, gamma 2',
  ],
])('names %j', (colour, name) => {
  expect(colourName(colour)).toBe(name);
});
