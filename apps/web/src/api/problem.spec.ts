import { describe, expect, it } from 'vitest';
import { faultOf } from './problem.js';

const problem = (code: string, more: object = {}) =>
  JSON.stringify({ type: 'about:blank', title: 'x', status: 400, detail: 'The sentence.', code, ...more });

describe('parsing a failed answer', () => {
  it('returns the code and the sentence of the problem', () => {
    expect(faultOf(409, problem('conflict'), null)).toMatchObject({
      code: 'conflict',
      message: 'The sentence.',
      retryAfter: null,
    });
  });

  it('lists the invalid fields', () => {
    const errors = [{ pointer: '/title', message: 'title is too long' }, { message: 'tags are too many' }];
    expect(faultOf(422, problem('invalid_request', { errors }), null).message).toBe(
      'Title is too long; tags are too many.',
    );
  });

  it('returns the seconds of Retry-After', () => {
    expect(faultOf(429, problem('rate_limited'), '7').retryAfter).toBe(7);
    expect(faultOf(503, problem('unavailable'), 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfter).toBeNull();
  });

  it.each([
    [401, 'unauthorized'],
    [413, 'too_large'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [500, 'internal'],
  ])('maps status %i of a proxy without a problem document', (status, code) => {
    expect(faultOf(status, '<html><h1>Bad Gateway</h1>', null)).toMatchObject({ code });
  });
});
