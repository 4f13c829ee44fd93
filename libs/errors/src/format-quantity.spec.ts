import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatPixels, formatSeconds } from './format-quantity.js';

describe('formatNumber', () => {
  it('groups digits', () => {
    expect(formatNumber(65_536)).toBe('65,536');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 kB'],
    [1536, '1.5 kB'],
    [50 * 2 ** 20, '50 MB'],
    [3.25 * 2 ** 30, '3.3 GB'],
  ])('writes %i bytes as %s', (bytes, written) => {
    expect(formatBytes(bytes)).toBe(written);
  });

  it('follows the number format of the locale', () => {
    expect(formatBytes(1536, 'de')).toBe('1,5 kB');
  });
});

describe('formatSeconds', () => {
  it.each([
    [1, '1 second'],
    [30, '30 seconds'],
    [3600, '3,600 seconds'],
  ])('writes %i as %s', (seconds, written) => {
    expect(formatSeconds(seconds)).toBe(written);
  });
});

describe('formatPixels', () => {
  it.each([
    [65_536 ** 2, 100_000_000, '4.3 gigapixels', '100 megapixels'],
    [101_500_000, 100_000_000, '101.5 megapixels', '100 megapixels'],
    [600, 599, '600 pixels', '599 pixels'],
    [100_010_000, 100_000_000, '100,010,000 pixels', '100,000,000 pixels'],
  ])('writes %i above a limit of %i as %s and %s', (pixels, limit, ...written) => {
    expect(formatPixels(pixels, limit)).toEqual(written);
  });
});
