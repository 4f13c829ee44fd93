import { describe, expect, it } from 'vitest';
import { text } from './en.js';
import { dayKey, formatBytes, formatDay, formatDistance, formatTakenAt } from './format.js';
import { plural } from './plural.js';

describe('counts in words', () => {
  it('have their singular and their plural', () => {
    expect(text.toast.deleted(1)).toBe('1 picture deleted');
    expect(text.toast.deleted(0)).toBe('0 pictures deleted');
    expect(text.announce.uploaded(1234)).toMatch(/^1\D?234 files uploaded\.$/);
  });

  it('follow the rules of the language, whatever they are', () => {
    const forms = { one: '# plik', few: '# pliki', many: '# plików', other: '# pliku' };
    expect([1, 3, 5, 22].map((value) => plural('pl', value, forms))).toEqual([
      '1 plik',
      '3 pliki',
      '5 plików',
      '22 pliki',
    ]);
  });

  it('fall back to the form that every language has', () => {
    expect(plural('en', 1, { other: '# of them' })).toBe('1 of them');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 kB'],
    [1536, '1.5 kB'],
    [50 * 2 ** 20, '50 MB'],
    [3.25 * 2 ** 30, '3.3 GB'],
  ])('of %i bytes are %s', (bytes, written) => {
    expect(formatBytes(bytes, 'en')).toBe(written);
  });

  it('are written as the locale writes numbers', () => {
    expect(formatBytes(1536, 'de')).toBe('1,5 kB');
  });
});

describe('days', () => {
  const now = new Date(2026, 10, 21, 0, 30);

  it('are today and yesterday by the clock on the wall', () => {
    expect(formatDay(new Date(2026, 10, 21, 0, 1), now)).toBe('Today');
    expect(formatDay(new Date(2026, 10, 20, 23, 59), now)).toBe('Yesterday');
  });

  it('name the year when it is another', () => {
    expect(formatDay(new Date(2026, 10, 19), now)).not.toContain('2026');
    expect(formatDay(new Date(2025, 10, 19), now)).toContain('2025');
  });

  it('are told apart', () => {
    expect(dayKey(new Date(2026, 0, 11))).not.toBe(dayKey(new Date(2026, 10, 1)));
  });
});

describe('moments', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  it.each([
    ['2026-11-21T12:30:00Z', 'in 30 minutes'],
    ['2026-11-22T12:00:00Z', 'tomorrow'],
    ['2026-11-28T12:00:00Z', 'in 7 days'],
    ['2027-11-21T12:00:00Z', 'in 12 months'],
    ['2026-11-21T11:59:30Z', '30 seconds ago'],
  ])('at %s are %s', (at, words) => {
    expect(formatDistance(new Date(at), now)).toBe(words);
  });

  it('of a camera show its own clock, wherever the reader is', () => {
    expect(formatTakenAt('2020-07-01T23:15:00+09:00')).toBe(formatTakenAt('2020-07-01T23:15:00'));
    expect(formatTakenAt('2020-07-01T23:15:00')).toContain('11:15');
  });
});
