import { PictureFault } from '@darkroom/errors';
import { expect, it } from 'vitest';
import { Deadline } from '../deadline.js';
import type { DeepPixels } from '../pixels.js';
import { lightIn, lightToPq, lightToSrgb } from '../testing/colour-formulas.js';
import { convertDeep } from './convert-deep.js';

const deadline = () => new Deadline(60_000);
const pixelsOf = (samples: readonly number[], channels: 3 | 4 = 3): DeepPixels => ({
  data: Uint16Array.from(samples),
  width: samples.length / channels,
  height: 1,
  channels,
});
const deep = (value: number) => Math.round(value * 65_535);

it('converts every grey of 16 bits in sRGB to its nearest grey of 8 bits', () => {
  const greys = Array.from({ length: 256 }, (_, value) => [value * 257, value * 257, value * 257]).flat();
  const { data } = convertDeep(pixelsOf(greys), { primaries: 1, transfer: 13 }, deadline());
  expect([...data]).toEqual(greys.map((value) => value / 257));
});

it('converts Display P3 to within one of the formulas', () => {
  const steps = [0, 20, 60, 110, 170, 220, 255];
  const cube = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => [r, g, b])));
  const stored = cube.flatMap((srgb) =>
    lightIn('p3', srgb).map((light) => deep(lightToSrgb(Math.max(0, light)))),
  );
  const { data } = convertDeep(pixelsOf(stored), { primaries: 12, transfer: 13 }, deadline());
  const differences = cube.flat().map((value, index) => Math.abs(value - (data[index] ?? 0)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(1);
});

it('accepts samples of 10 and 12 bits that a decoder has shifted', () => {
  for (const bits of [10, 12]) {
    const white = (2 ** bits - 1) << (16 - bits);
    const { data } = convertDeep(
      pixelsOf([white, white, white]),
      { primaries: 1, transfer: 8, bits },
      deadline(),
    );
    expect([...data]).toEqual([255, 255, 255]);
  }
});

it('keeps the hue of colours that are too bright', () => {
  const light = [600, 150, 0].map((value) => deep(lightToPq(value)));
  const { data } = convertDeep(pixelsOf(light), { primaries: 1, transfer: 16 }, deadline());
  // The same proportions at the light of white: 1, 0.25 and 0.
  expect([...data]).toEqual([255, Math.round(255 * lightToSrgb(0.25)), 0]);
});

it('clips colours outside sRGB', () => {
  const { data } = convertDeep(pixelsOf([0, 65_535, 0]), { primaries: 9, transfer: 13 }, deadline());
  expect([...data]).toEqual([0, 255, 0]);
});

it('leaves alpha linear', () => {
  const { data } = convertDeep(
    pixelsOf([0, 0, 0, 0, 0, 0, 0, 32_896, 0, 0, 0, 65_535], 4),
    { primaries: 9, transfer: 18 },
    deadline(),
  );
  expect([data[3], data[7], data[11]]).toEqual([0, 128, 255]);
});

it('stops at the deadline', () => {
  const controller = new AbortController();
  controller.abort(new PictureFault('processing_timeout'));
  const late = new Deadline(60_000, controller.signal);
  const convert = () => convertDeep(pixelsOf([1, 2, 3]), { primaries: 9, transfer: 16 }, late);
  expect(convert).toThrow(PictureFault);
});
