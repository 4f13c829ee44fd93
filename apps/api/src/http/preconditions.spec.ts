import { describe, expect, it } from 'vitest';
import { checkPreconditions, isRangeMeant } from './preconditions.js';

const etag = '"abc"';
const modifiedAt = new Date('1994-11-06T08:49:37.500Z');
const SAME = 'Sun, 06 Nov 1994 08:49:37 GMT';
const BEFORE = 'Sun, 06 Nov 1994 08:49:36 GMT';
const content = { etag, modifiedAt };

describe('checkPreconditions', () => {
  it.each([
    ['none', {}, 'met'],
    ['the current tag', { 'if-match': etag }, 'met'],
    ['one of several tags', { 'if-match': `"x", ${etag}` }, 'met'],
    ['any tag', { 'if-match': '*' }, 'met'],
    ['another tag', { 'if-match': '"x"' }, 'failed'],
    ['a weak tag, which never matches', { 'if-match': `W/${etag}` }, 'failed'],
    ['not changed since', { 'if-unmodified-since': SAME }, 'met'],
    ['changed since', { 'if-unmodified-since': BEFORE }, 'failed'],
    ['a date of RFC 850', { 'if-unmodified-since': 'Sunday, 06-Nov-94 08:49:36 GMT' }, 'failed'],
    ['a date of asctime', { 'if-unmodified-since': 'Sun Nov  6 08:49:36 1994' }, 'failed'],
    ['not a date', { 'if-unmodified-since': 'yesterday' }, 'met'],
    ['the tag before the date', { 'if-match': etag, 'if-unmodified-since': BEFORE }, 'met'],
    ['the cached tag', { 'if-none-match': `W/${etag}` }, 'not-modified'],
    ['another cached tag', { 'if-none-match': '"x"' }, 'met'],
    ['the cached tag before the date', { 'if-none-match': '"x"', 'if-modified-since': SAME }, 'met'],
    ['cached since', { 'if-modified-since': SAME }, 'not-modified'],
    ['cached before', { 'if-modified-since': BEFORE }, 'met'],
    ['412 before 304', { 'if-match': '"x"', 'if-none-match': etag }, 'failed'],
  ] as const)('decides by %s', (_, headers, verdict) => {
    expect(checkPreconditions(headers, content)).toBe(verdict);
  });
});

describe('isRangeMeant', () => {
  it.each([
    [undefined, true],
    [etag, true],
    [`W/${etag}`, false],
    ['"x"', false],
    [SAME, true],
    [BEFORE, false],
  ])('with If-Range %s is %s', (ifRange, meant) => {
    expect(isRangeMeant({ 'if-range': ifRange }, content)).toBe(meant);
  });
});
