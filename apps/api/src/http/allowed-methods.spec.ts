import { describe, expect, it } from 'vitest';
import { allowedMethods } from './allowed-methods.js';

const ID = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

describe('allowedMethods', () => {
  it.each([
    ['/api/images', 'GET HEAD POST'],
    ['/api/images?q=sea', 'GET HEAD POST'],
    [`/api/images/${ID}`, 'DELETE GET HEAD PATCH'],
    [`/api/images/${ID}/retry`, 'POST'],
    [`/api/images/${ID}/events`, 'GET HEAD'],
    ['/api/session', 'DELETE GET HEAD POST'],
    ['/api/openapi.json', 'GET HEAD'],
    ['/api/docs', 'GET HEAD'],
    ['/api/docs/swagger-ui.css', 'GET HEAD'],
    ['/media/uploads/x.jpg', 'GET HEAD'],
    ['/metrics', 'GET HEAD'],
    ['/', 'GET HEAD'],
    ['/status', 'GET HEAD'],
    [`/images/${ID}`, 'GET HEAD'],
    ['/assets/index-1a2b.js', 'GET HEAD'],
  ])('%s accepts %s', (url, methods) => {
    expect(allowedMethods(url).toSorted().join(' ')).toBe(methods);
  });

  it.each([
    '/nothing',
    '/api',
    '/api/images/',
    '/api/imagesx',
    '/apixopenapi.json',
    '/api/openapixjson',
    `/api/images/${ID}/nothing`,
    '/media/',
    '/assets/',
    '/status/x',
  ])('there is nothing at %s', (url) => {
    expect(allowedMethods(url)).toEqual([]);
  });
});
