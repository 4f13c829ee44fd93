import { describe, expect, it } from 'vitest';
import { text } from './en.js';
import { dayKey, formatDay, formatDistance, formatTakenAt } from './format.js';
import { plural } from './plural.js';

describe('texts with a count', () => {
  it('use the singular and the plural', () => {
    expect(text.toast.deleted(1)).toBe('1 picture deleted');
    expect(text.toast.deleted(0)).toBe('0 pictures deleted');
    expect(text.announce.uploaded(1234)).toMatch(/^1\D?234 files uploaded\.$/);
  });

  it('follow the plural rules of the language', () => {
    const forms = { one: '# plik', few: '# pliki', many: '# plików', other: '# pliku' };
    expect([1, 3, 5, 22].map((value) => plural('pl', value, forms))).toEqual([
      '1 plik',
      '3 pliki',
      '5 plików',
      '22 pliki',
    ]);
  });

  it('fall back to the form "other"', () => {
    expect(plural('en', 1, { other: '# of them' })).toBe('1 of them');
  });
});

describe('a file that is too large', () => {
  it('is described by its size and the limit', () => {
    expect(text.upload.tooLarge(62 * 2 ** 20, 50 * 2 ** 20)).toBe(
      'This file is 62 MB. Pictures can be up to 50 MB.',
    );
  });

  it('is not said to be as large as the limit', () => {
    expect(text.upload.tooLarge(50 * 2 ** 20 + 1, 50 * 2 ** 20)).toBe(
      'This file is slightly larger than the limit of 50 MB.',
    );
  });
});

describe('days', () => {
  const now = new Date(2026, 10, 21, 0, 30);

  it('are today and yesterday in local time', () => {
    expect(formatDay(new Date(2026, 10, 21, 0, 1), now)).toBe('Today');
    expect(formatDay(new Date(2026, 10, 20, 23, 59), now)).toBe('Yesterday');
  });

  it('include the year only when it is not the current one', () => {
    expect(formatDay(new Date(2026, 10, 19), now)).not.toContain('2026');
    expect(formatDay(new Date(2025, 10, 19), now)).toContain('2025');
  });

  it('have distinct keys', () => {
    expect(dayKey(new Date(2026, 0, 11))).not.toBe(dayKey(new Date(2026, 10, 1)));
  });
});

describe('times', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  it.each([
    ['2026-11-21T12:30:00Z', 'in 30 minutes'],
    ['2026-11-22T12:00:00Z', 'tomorrow'],
    ['2026-11-28T12:00:00Z', 'in 7 days'],
    ['2027-11-21T12:00:00Z', 'in 12 months'],
    ['2026-11-21T11:59:30Z', '30 seconds ago'],
  ])('at %s are written as %s', (at, words) => {
    expect(formatDistance(new Date(at), now)).toBe(words);
  });

  it("of a camera show the camera's clock, regardless of the reader's time zone", () => {
    expect(formatTakenAt('2020-07-01T23:15:00+09:00')).toBe(formatTakenAt('2020-07-01T23:15:00'));
    expect(formatTakenAt('2020-07-01T23:15:00')).toContain('11:15');
  });
});
