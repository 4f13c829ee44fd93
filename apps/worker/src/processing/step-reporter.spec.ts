import type { PictureStep } from '@darkroom/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StepReporter } from './step-reporter.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('reports only steps that last', () => {
  const reported: PictureStep[] = [];
  const reporter = new StepReporter((step) => reported.push(step));
  reporter.enter('reading');
  vi.advanceTimersByTime(900);
  reporter.enter('decoding');
  vi.advanceTimersByTime(900);
  expect(reported).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(reported).toEqual(['decoding']);
  reporter.enter('encoding');
  vi.advanceTimersByTime(5_000);
  reporter.enter('storing');
  reporter.end();
  vi.advanceTimersByTime(5_000);
  expect(reported).toEqual(['decoding', 'encoding']);
});
