import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { isCrossSite, isKnownHost } from './cross-site.js';

function createRequest(headers: Record<string, string>): FastifyRequest {
  return { headers } as unknown as FastifyRequest;
}

const ORIGINS = ['https://pictures.example.org', 'http://nas:8080'];

describe('isKnownHost', () => {
  it.each([
    ['localhost', true],
    ['localhost:1', true],
    ['a.localhost', true],
    ['127.0.0.1', true],
    ['127.1', true],
    ['[::1]', true],
    ['[::1]:80', true],
    ['pictures.example.org', true],
    ['nas:8080', true],
    ['nas:8081', false],
    ['pictures.example.org:8443', false],
    ['notlocalhost', false],
    ['localhost.example', false],
    ['0.0.0.0', false],
    ['[::]', false],
    ['10.0.0.1', false],
    ['a b', false],
    ['localhost#x', false],
    ['localhost?x', false],
    ['user@localhost', false],
    ['', false],
  ])('for host %j: %s', (host, known) => {
    expect(isKnownHost(createRequest({ host }), ORIGINS)).toBe(known);
  });

  it('refuses a request without a host', () => {
    expect(isKnownHost(createRequest({}), ORIGINS)).toBe(false);
  });
});

describe('isCrossSite', () => {
  const host = 'localhost:8080';
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ origin: 'http://localhost:8080' }, false],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: 'https://pictures.example.org' }, false],
    [{ origin: 'http://localhost:3000' }, true],
    [{ origin: 'http://127.0.0.1:8080' }, true],
    [{ origin: 'null' }, true],
    [{ origin: '' }, true],
    [{ origin: 'https://pictures.example.org.evil.example' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' }, true],
  ])('for headers %j: %s', (headers, crossSite) => {
    expect(isCrossSite(createRequest({ host, ...headers }), ORIGINS)).toBe(crossSite);
  });
});
