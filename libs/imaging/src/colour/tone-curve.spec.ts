import { describe, expect, it } from 'vitest';
import { createToneCurve, WHITE_LIGHT } from './tone-curve.js';

const LIGHTS = Array.from({ length: 1000 }, (_, index) => (index + 1) * 10);

describe.each([204, 400, 1000, 4000, 10_000])('the tone curve for a peak of %i', (peak) => {
  const curve = createToneCurve(peak);

  it('makes the peak white, and what is brighter too', () => {
    expect(curve(peak)).toBeCloseTo(WHITE_LIGHT, 6);
    expect(curve(peak * 2)).toBeCloseTo(WHITE_LIGHT, 6);
  });

  it('keeps the dark and rises everywhere, without passing the light itself', () => {
    for (const dark of [0, 0.01, 1, 10, 20]) expect(curve(dark)).toBeCloseTo(dark, 9);
    const mapped = LIGHTS.map(curve);
    for (const [index, light] of mapped.entries()) {
      expect(light).toBeGreaterThanOrEqual(mapped[index - 1] ?? 0);
      expect(light).toBeLessThanOrEqual(Math.min(WHITE_LIGHT, LIGHTS[index] ?? 0) + 1e-9);
    }
  });
});

it('changes nothing in a picture that is not brighter than white', () => {
  const curve = createToneCurve(150);
  for (const light of [0, 1, 100, 203]) expect(curve(light)).toBe(light);
});
