import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STAND_INS } from './fakes/stand-ins.js';
import { RULES } from './rules/index.js';

const PAGE = readFileSync(join(import.meta.dirname, '../SOURCES.md'), 'utf8');
const ROWS = PAGE.split('\n').filter((line) => /^\| S\d+ /.test(line));
const IDS = ROWS.map((row) => row.split(' ')[1] ?? '');

const CITATION = /SOURCES\.md, (S\d+(?:, S\d+)*)/g;

/** The sources that comments cite, with the file. */
function citationsInComments(): { file: string; id: string }[] {
  const names = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((file) => {
      // A citation may span two lines of a comment.
      const text = readFileSync(join(import.meta.dirname, file), 'utf8').replaceAll(/\n\s*\*/g, '');
      return [...text.matchAll(CITATION)].flatMap(([, ids = '']) =>
        ids.split(', ').map((id) => ({ file, id })),
      );
    });
}

function citationsInTables(): { file: string; id: string }[] {
  const sources = [...RULES, ...Object.values(STAND_INS)].map(({ source }) => source);
  return sources.flatMap((source) => source.split(', ').map((id) => ({ file: 'rules and stand-ins', id })));
}

describe('the page of sources', () => {
  const cited = [...citationsInComments(), ...citationsInTables()];

  it('has an entry for every citation', () => {
    expect(cited.filter(({ id }) => !IDS.includes(id))).toEqual([]);
  });

  it('has no entry that the code does not cite', () => {
    expect(IDS.filter((id) => !cited.some((one) => one.id === id))).toEqual([]);
  });

  it('gives each id once, with a link to a public page', () => {
    expect(new Set(IDS).size).toBe(IDS.length);
    expect(ROWS.filter((row) => !/\[[^\]]+\]\(https:\/\/[^)]+\)/.test(row))).toEqual([]);
  });
});
