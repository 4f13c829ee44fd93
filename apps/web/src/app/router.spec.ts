import { describe, expect, it } from 'vitest';
import { parseRoute } from './router.js';

describe('parseRoute', () => {
  it.each([
    ['/', { page: 'gallery' }],
    ['/status', { page: 'status' }],
    [
      '/images/01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11',
      { page: 'picture', id: '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11' },
    ],
    ['/images/', { page: 'not-found' }],
    ['/images/a/b', { page: 'not-found' }],
    ['/Status', { page: 'not-found' }],
  ])('parses %s to %j', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });
});
