import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPhrases } from './find-phrases.js';
import { PHRASES } from './phrases.js';

describe('findPhrases', () => {
  it.each(PHRASES)('finds "$not"', (phrase) => {
    const found = findPhrases(`A first line.\nThen it ${phrase.not} here.`);
    expect(found).toContainEqual(expect.objectContaining({ line: 2, phrase }));
  });

  it('finds a phrase across two lines of a comment', () => {
    expect(findPhrases('/**\n * The file is on its\n * way.\n */')).toMatchObject([{ line: 2 }]);
  });

  it('finds a phrase in capitals', () => {
    expect(findPhrases('Whoever reads this')).toHaveLength(1);
  });

  it('ignores a line that quotes a phrase', () => {
    expect(findPhrases("user: 'nobody', // writing: quoted")).toEqual([]);
  });

  it.each(['There is no tier "abc".', 'The job is no longer queued.', 'This is not a picture.'])(
    'accepts "%s"',
    (sentence) => {
      expect(findPhrases(sentence)).toEqual([]);
    },
  );
});

describe('docs/writing.md', () => {
  it('lists exactly the phrases of the check', () => {
    const page = readFileSync(path.join(import.meta.dirname, '../../docs/writing.md'), 'utf8');
    const rows = page.matchAll(/^\| (?<not>.+?) +\| (?<but>.+?) +\|$/gm);
    // The first two rows are the table's head.
    const listed = [...rows].slice(2).map(({ groups }) => ({ not: groups?.['not'], but: groups?.['but'] }));
    expect(listed).toEqual(PHRASES.map(({ not, but }) => ({ not, but })));
  });
});
