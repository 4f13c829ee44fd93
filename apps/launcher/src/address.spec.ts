import { expect, it } from 'vitest';
import { localUrl } from './address.js';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://127.0.0.1:8080'],
  ['::1', 'http://[::1]:8080'],
  ['darkroom.local', 'http://darkroom.local:8080'],
])('a server that listens on %s has the address %s', (host, url) => {
  expect(localUrl(host, 8080)).toBe(url);
});
