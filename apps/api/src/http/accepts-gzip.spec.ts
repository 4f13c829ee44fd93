import { describe, expect, it } from 'vitest';
import { acceptsGzip } from './accepts-gzip.js';

describe('acceptsGzip', () => {
  it.each(['gzip', 'GZIP', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.8', 'br , gzip ; q=0.001'])(
    'accepts %s',
    (header) => {
      expect(acceptsGzip(header)).toBe(true);
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000', 'gzipped', '*'])(
    'does not accept %s',
    (header) => {
      expect(acceptsGzip(header)).toBe(false);
    },
  );
});
