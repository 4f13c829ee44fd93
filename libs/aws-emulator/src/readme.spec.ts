import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STAND_INS } from './fakes/stand-ins.js';
import { RULES } from './rules/index.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The rows of the table below a marker, cells without their padding. */
function tableBelow(marker: string): string[][] {
  const [, below = ''] = README.split(`<!-- ${marker} -->`);
  const lines = below.trimStart().split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the README', () => {
  it('has a row for each rule, with its source', () => {
    expect(tableBelow('rules')).toEqual(RULES.map(({ name, source }) => [name, source]));
  });

  it('has a row for each service with stand-ins', () => {
    expect(tableBelow('stand-ins')).toEqual(
      Object.entries(STAND_INS).map(([service, { why, source }]) => [service, why, source]),
    );
  });

  it('names no rule twice', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });
});
