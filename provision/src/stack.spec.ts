import { describe, expect, it } from 'vitest';
import { nameOf, parseStackName, readTags, tagList } from './stack.js';

describe('the name of a stack', () => {
  it.each(['demo', 'a', 'demo2', 'abcdefghijklmno'])('takes %s', (name) => {
    expect(parseStackName(name)).toBe(name);
  });

  it.each(['', 'Demo', '2demo', 'de-mo', 'demo_1', 'abcdefghijklmnop', 'dé'])('refuses "%s"', (name) => {
    expect(() => parseStackName(name)).toThrow(`not "${name}"`);
  });

  it.each(['alb', 'targets'])('leaves room for %s, whose names have 32 characters at most', (key) => {
    expect(nameOf({ name: parseStackName('abcdefghijklmno') }, key).length).toBeLessThanOrEqual(32);
  });
});

it('tags are read as they were written', () => {
  expect(readTags(tagList({ name: 'demo' }, 'alb'))).toEqual({
    Name: 'darkroom-demo-alb',
    'darkroom:stack': 'demo',
    'darkroom:resource': 'alb',
  });
});
