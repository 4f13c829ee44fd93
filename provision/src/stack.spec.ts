import { describe, expect, test } from 'vitest';
import { nameOf, parseStackName, readTags, tagList } from './stack.js';

describe('the name of a stack', () => {
  test.each(['demo', 'a', 'demo2', 'abcdefghijklmnop'])('takes %s', (name) => {
    expect(parseStackName(name)).toBe(name);
  });

  test.each(['', 'Demo', '2demo', 'de-mo', 'demo_1', 'abcdefghijklmnopq', 'dé'])('refuses "%s"', (name) => {
    expect(() => parseStackName(name)).toThrow(`not "${name}"`);
  });

  test('leaves room for the longest name of a load balancer', () => {
    expect(nameOf({ name: 'abcdefghijklmnop' }, 'alb').length).toBeLessThanOrEqual(32);
  });
});

test('tags are read as they were written', () => {
  expect(readTags(tagList({ name: 'demo' }, 'alb'))).toEqual({
    Name: 'darkroom-demo-alb',
    'darkroom:stack': 'demo',
    'darkroom:resource': 'alb',
  });
});
