import { expect, it } from 'vitest';
import { chooseCoding, codings } from './accept-encoding.js';

const all = new Set(codings);

it.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br; q=0.0, gzip;q=0', 'identity'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['deflate', 'identity'],
])('Accept-Encoding %j gets %s', (header, coding) => {
  expect(chooseCoding(header, all)).toBe(coding);
});

it('gives what there is', () => {
  expect(chooseCoding('br', new Set(['identity', 'gzip']))).toBe('identity');
  expect(chooseCoding('br, gzip', new Set(['identity', 'gzip']))).toBe('gzip');
});
