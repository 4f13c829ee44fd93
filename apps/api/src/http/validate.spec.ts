import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate, validateId } from './validate.js';

const Schema = z.strictObject({ title: z.string(), tags: z.array(z.string().max(1, 'too long')).optional() });

function errorsOf(value: unknown, place: 'json' | 'form' | 'query'): unknown {
  try {
    validate(Schema, value, place);
  } catch (error) {
    return (error as { errors: unknown }).errors;
  }
  return undefined;
}

describe('validate', () => {
  it('returns the value as parsed by the schema', () => {
    expect(validate(Schema, { title: 'x' }, 'json')).toEqual({ title: 'x' });
  });

  it('points into JSON (RFC 6901), with one entry per fault', () => {
    expect(errorsOf({ title: 'x', tags: ['a', 'bb'], 'a/b': 1, '~': 2 }, 'json')).toEqual([
      { pointer: '/tags/1', message: 'too long' },
      { pointer: '/a~1b', message: 'unknown field "a/b"' },
      { pointer: '/~0', message: 'unknown field "~"' },
    ]);
    expect(errorsOf(null, 'json')).toEqual([expect.objectContaining({ pointer: '' })]);
  });

  it.each(['form', 'query'] as const)('names the field of a %s', (place) => {
    expect(errorsOf({ title: 'x', tags: ['bb'], colour: 1 }, place)).toEqual([
      { field: 'tags', message: 'too long' },
      { field: 'colour', message: 'unknown field "colour"' },
    ]);
  });

  it('throws an error with a readable sentence', () => {
    expect(() => validate(Schema, { title: 'x', a: 1 }, 'form')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        status: 422,
        message: expect.stringContaining('"a"'),
      }),
    );
  });
});

describe('validateId', () => {
  it('accepts any UUID in lower case and nothing else', () => {
    const id = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
    expect(validateId(id)).toBe(id);
    for (const other of ['', id.toUpperCase(), `${id} `, id.replaceAll('-', ''), `{${id}}`, `${id}\n`])
      expect(() => validateId(other)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
