import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inputFormatNames } from '../formats/input-formats.js';
import { variantFormats } from '../formats/output-formats.js';
import { VariantFormat } from '../formats/variant-format.js';
import * as answers from '../http/answers.js';
import * as operations from '../http/operations.js';
import { ListQuery } from '../http/requests.js';
import * as requests from '../http/requests.js';
import * as image from '../image.js';
import { EXPIRES_IN_MAX, EXPIRES_IN_MIN, PAGE_DEFAULT, PAGE_MAX } from '../limits.js';
import { buildOpenApi } from './build-openapi.js';
import { routes } from './routes.js';

const document = buildOpenApi({ version: '1.2.3' });

/** Every value of a key, at any depth. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): unknown[] => [
    ...(name === key ? [inner] : []),
    ...valuesOf(key, inner),
  ]);
}

function resolve(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

const references = valuesOf('$ref', document).map(String);

describe('buildOpenApi', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
    expect(await new Validator().validate(plain)).toEqual({ valid: true });
  });

  it('is JSON without dangling references and without zod’s internal names', () => {
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
    expect(valuesOf('$defs', document)).toEqual([]);
    expect(valuesOf('input', document)).toEqual([]);
  });

  it('has only patterns that the engines of all languages read', () => {
    const patterns = [...new Set(valuesOf('pattern', document).map(String))];
    expect(patterns.length).toBeGreaterThan(5);
    // Without the flags of ECMA-262, and without what RE2 (Go, Rust) or Python does not know.
    for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
    expect(patterns.filter((pattern) => /\\[^dx.]|\(\?[^:]/.test(pattern))).toEqual([]);
  });

  it('names both codes of a status that two problems share', () => {
    const { responses } = document.paths['/api/images']?.post ?? {};
    const name = 'rate_limited_or_too_much_waiting';
    expect(responses?.['429']).toEqual({ $ref: `#/components/responses/${name}` });
    expect(document.components.responses[name]?.description).toMatch(/Too many calls.* Or: .*waiting/);
  });

  it('contains every call', () => {
    const calls = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.toSorted()).toEqual(
      [
        'DELETE /api/images/{id}',
        'DELETE /api/session',
        'GET /api/archive',
        'GET /api/docs',
        'GET /api/events',
        'GET /api/images',
        'GET /api/images/{id}',
        'GET /api/images/{id}/download',
        'GET /api/images/{id}/events',
        'GET /api/limits',
        'GET /api/openapi.json',
        'GET /api/operations',
        'GET /api/session',
        'GET /api/tags',
        'GET /healthz',
        'GET /media/{key}',
        'GET /metrics',
        'GET /readyz',
        'HEAD /media/{key}',
        'PATCH /api/images/{id}',
        'POST /api/images',
        'POST /api/images/{id}/retry',
        'POST /api/session',
      ].toSorted(),
    );
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });

  it('uses every schema that has an id, and every other component', () => {
    const named = Object.values<unknown>({ ...answers, ...operations, ...requests, ...image, VariantFormat })
      .filter((value) => value instanceof z.ZodType)
      .flatMap((schema) => z.globalRegistry.get(schema)?.id ?? []);
    expect(named.length).toBeGreaterThan(10);
    for (const id of named) expect(references).toContain(`#/components/schemas/${id}`);
    const { securitySchemes: _, ...components } = document.components;
    const declared = Object.entries(components).flatMap(([kind, entries]) =>
      Object.keys(entries).map((name) => `#/components/${kind}/${name}`),
    );
    expect(declared.filter((component) => !references.includes(component))).toEqual([]);
  });

  it('declares every parameter in braces, and no other, as a path parameter', () => {
    for (const { path, parameters = [] } of routes) {
      const inPath = parameters.filter((name) => document.components.parameters[name]?.in === 'path');
      expect(inPath, `parameters of ${path}`).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      );
    }
  });

  it('requires a token or a session where the api does, and nothing in open mode', () => {
    expect(document.security).toEqual([{ bearer: [] }, { session: [] }]);
    const open = Object.entries(document.paths).filter(([, item]) =>
      Object.values(item).every(({ security }) => security?.length === 0),
    );
    expect(open.map(([path]) => path).toSorted()).toEqual(
      [
        '/api/docs',
        '/api/limits',
        '/api/openapi.json',
        '/api/session',
        '/healthz',
        '/media/{key}',
        '/readyz',
      ].toSorted(),
    );
    expect(buildOpenApi({ version: '1', access: 'open' }).security).toEqual([]);
    expect(document.paths['/metrics']?.get?.security).toEqual([{}, { bearer: [] }]);
  });

  it.each([
    ['post', '/api/images', [202, 401, 403, 405, 409, 413, 415, 422, 429, 500, 503]],
    ['get', '/api/images', [200, 304, 401, 403, 405, 422, 429, 500, 503]],
    ['get', '/api/images/{id}', [200, 401, 403, 404, 405, 422, 429, 500, 503]],
    ['get', '/api/images/{id}/download', [302, 401, 403, 404, 405, 422, 429, 500, 503]],
    ['patch', '/api/images/{id}', [200, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503]],
    ['delete', '/api/images/{id}', [204, 401, 403, 404, 405, 422, 429, 500, 503]],
    ['post', '/api/images/{id}/retry', [202, 401, 403, 404, 405, 409, 422, 429, 500, 503]],
    ['post', '/api/session', [204, 401, 403, 405, 413, 415, 422, 429, 500, 503]],
    ['get', '/api/archive', [200, 401, 403, 404, 405, 422, 429, 431, 500, 503]],
    ['get', '/api/operations', [200, 401, 403, 405, 429, 500, 503]],
    ['get', '/api/limits', [200, 403, 405, 500, 503]],
    ['get', '/media/{key}', [200, 206, 304, 403, 404, 405, 412, 416, 500, 503]],
    ['get', '/healthz', [200, 405, 500]],
    ['get', '/metrics', [200, 401, 405, 429, 500]],
  ] as const)('lists the statuses of %s %s', (method, path, statuses) => {
    expect(Object.keys(document.paths[path]?.[method]?.responses ?? {}).map(Number)).toEqual(statuses);
  });
});

describe('a request', () => {
  const schemaOf = (name: string) => document.components.parameters[name]?.schema;

  it('has the bounds of limits.ts', () => {
    expect(schemaOf('limit')).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: PAGE_MAX,
      default: PAGE_DEFAULT,
    });
    const bounds = { type: 'integer', minimum: EXPIRES_IN_MIN, maximum: EXPIRES_IN_MAX };
    expect(document.components.schemas['UploadForm']).toHaveProperty(
      'properties.expiresIn',
      expect.objectContaining(bounds),
    );
    expect(document.components.schemas['ImagePatch']).toHaveProperty('properties.expiresIn.anyOf', [
      bounds,
      { type: 'null' },
    ]);
    expect(buildOpenApi({ version: '1', maxFiles: 7 }).components.schemas['UploadForm']).toHaveProperty(
      'properties.file',
      expect.objectContaining({ minItems: 1, maxItems: 7 }),
    );
    expect(document.components.schemas['VariantFormat']).toHaveProperty('enum', variantFormats);
  });

  it('names every input format where pictures are uploaded', () => {
    const { description = '' } = document.paths['/api/images']?.['post'] ?? {};
    expect(inputFormatNames.filter((name) => !description.includes(name))).toEqual([]);
  });

  it.each([
    ['a word', 'sunset', true],
    ['a letter of any script', '夕', true],
    ['a digit among symbols', '%_7!', true],
    ['symbols only', '%_!', false],
    ['a NUL', 'a\0', false],
    ['nothing', '', false],
  ])('accepts q with %s where the api does', (_what, q, accepted) => {
    const pattern = new RegExp(String(schemaOf('q')?.['pattern']), 'u');
    expect(pattern.test(q)).toBe(accepted);
    expect(ListQuery.safeParse({ q }).success).toBe(accepted);
  });

  it.each([
    ['an id', 'AZMvbno8ex6cVw9vLzyKEQ', true],
    ['stray bits at its end', 'AZMvbno8ex6cVw9vLzyKER', false],
    ['another length', 'AZMvbno8ex6cVw9vLzyKE', false],
  ])('accepts a cursor with %s where the api does', (_what, cursor, accepted) => {
    expect(new RegExp(String(schemaOf('cursor')?.['pattern']), 'u').test(cursor)).toBe(accepted);
    expect(ListQuery.safeParse({ cursor }).success).toBe(accepted);
  });
});
