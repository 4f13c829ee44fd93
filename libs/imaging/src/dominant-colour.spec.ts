import { describe, expect, it } from 'vitest';
import { dominantColour } from './dominant-colour.js';

const pixels = (...runs: [count: number, red: number, green: number, blue: number, alpha?: number][]) =>
  Uint8Array.from(
    runs.flatMap(([count, red, green, blue, alpha = 255]) =>
      Array.from({ length: count }, () => [red, green, blue, alpha]).flat(),
    ),
  );

describe('dominantColour', () => {
  it('is the colour of the largest part, not the mean of all', () => {
    expect(dominantColour(pixels([60, 10, 20, 200], [40, 250, 240, 10]))).toBe('#0a14c8');
  });

  it('combines shades of one colour, also across the edges of cells', () => {
    const shades = pixels([20, 15, 127, 63], [20, 16, 128, 64], [20, 17, 129, 65], [35, 250, 0, 0]);
    expect(dominantColour(shades)).toBe('#108040');
  });

  it('ignores transparent pixels', () => {
    expect(dominantColour(pixels([90, 255, 0, 0, 0], [90, 255, 0, 0, 127], [5, 0, 0, 255, 128]))).toBe(
      '#0000ff',
    );
    expect(dominantColour(pixels([9, 255, 0, 0, 0]))).toBeNull();
    expect(dominantColour(new Uint8Array(0))).toBeNull();
  });

  it.each([
    [0, '#000000'],
    [255, '#ffffff'],
  ])('reaches the ends of the range: %i', (value, expected) => {
    expect(dominantColour(pixels([1, value, value, value]))).toBe(expected);
  });
});
