import { describe, expect, it } from 'vitest';
import { nameOf, parseStackName, readTags, tagList } from './stack.js';

describe('a stack name', () => {
  it.each(['demo', 'a', 'demo2', 'abcdefghijklmno'])('can be %s', (name) => {
    expect(parseStackName(name)).toBe(name);
  });

  it.each(['', 'Demo', '2demo', 'de-mo', 'demo_1', 'abcdefghijklmnop', 'dé'])('cannot be "%s"', (name) => {
    expect(() => parseStackName(name)).toThrow(`got "${name}"`);
  });

  it.each(['alb', 'targets'])('leaves room for %s: AWS allows 32 characters', (key) => {
    expect(nameOf({ name: parseStackName('abcdefghijklmno') }, key).length).toBeLessThanOrEqual(32);
  });
});

it('reads tags as it wrote them', () => {
  expect(readTags(tagList({ name: 'demo' }, 'alb'))).toEqual({
    Name: 'darkroom-demo-alb',
    'darkroom:stack': 'demo',
    'darkroom:resource': 'alb',
  });
});
