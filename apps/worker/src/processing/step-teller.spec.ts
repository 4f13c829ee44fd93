import type { PictureStep } from '@darkroom/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StepTeller } from './step-teller.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('tells of steps that last, and of no other', () => {
  const told: PictureStep[] = [];
  const teller = new StepTeller((step) => told.push(step));
  teller.enter('reading');
  vi.advanceTimersByTime(900);
  teller.enter('decoding');
  vi.advanceTimersByTime(900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual(['decoding']);
  teller.enter('encoding');
  vi.advanceTimersByTime(5_000);
  teller.enter('storing');
  teller.end();
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual(['decoding', 'encoding']);
});
