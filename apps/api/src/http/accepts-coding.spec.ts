import { describe, expect, it } from 'vitest';
import { acceptsCoding } from './accepts-coding.js';

describe('acceptsCoding', () => {
  it.each(['gzip', 'GZIP', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.8', 'br , gzip ; q=0.001'])(
    'accepts gzip by %s',
    (header) => {
      expect(acceptsCoding(header, 'gzip')).toBe(true);
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000', 'gzipped', '*'])(
    'does not accept gzip by %s',
    (header) => {
      expect(acceptsCoding(header, 'gzip')).toBe(false);
    },
  );

  it('distinguishes the codings', () => {
    expect(acceptsCoding('gzip;q=0, br', 'br')).toBe(true);
    expect(acceptsCoding('gzip', 'br')).toBe(false);
  });
});
