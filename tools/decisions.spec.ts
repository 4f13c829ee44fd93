import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../docs/decisions/', import.meta.url);

/** Numbers without a page; the index gives the reason. */
const UNUSED = ['0012'];

const pages = readdirSync(FOLDER).filter((name) => name !== 'README.md');
const index = readFileSync(new URL('README.md', FOLDER), 'utf8');
const numberOf = (name: string) => name.slice(0, 4);

describe('docs/decisions', () => {
  it('names each page with a four-digit number and words', () => {
    for (const name of pages) expect(name).toMatch(/^\d{4}(?:-[a-z0-9]+)+\.md$/);
  });

  it('uses each number once, without gaps except those explained in the index', () => {
    const numbers = [...pages.map(numberOf), ...UNUSED].toSorted();
    expect(numbers).toEqual(numbers.map((_, at) => String(at + 1).padStart(4, '0')));
  });

  it('has an index that links every page in order', () => {
    const lines = index.split('\n').filter((line) => line.startsWith('- '));
    const expected = [
      ...pages.map((name) => `- [${numberOf(name)}](${name}): `),
      ...UNUSED.map((one) => `- ${one}: `),
    ];
    const inOrder = (a: string, b: string) => Number(/\d{4}/.exec(a)?.[0]) - Number(/\d{4}/.exec(b)?.[0]);
    expect(lines.map((line) => line.slice(0, line.indexOf(': ') + 2))).toEqual(expected.toSorted(inOrder));
    expect(lines.filter((line) => /: *$/.test(line))).toEqual([]);
  });
});
