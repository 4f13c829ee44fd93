import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { DOOR_STATUS } from './door-errors.js';
import { PICTURE_FAULTS } from './picture-errors.js';

const DOCS = new URL('../../../docs/errors.md', import.meta.url);
let docs = '';

beforeAll(async () => {
  docs = await readFile(DOCS, 'utf8');
});

/** The rows of the table below a heading: the code and the cells after it. */
function rowsBelow(heading: string): [code: string, cells: string[]][] {
  const section = docs.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return section.split('\n').flatMap((line) => {
    const [code = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const name = /^`(\w+)`$/.exec(code)?.[1];
    return name === undefined ? [] : [[name, cells] as [string, string[]]];
  });
}

describe('docs/errors.md', () => {
  it('has one row for each problem code, with its status', () => {
    const documented = rowsBelow('Problem codes').map(([code, [status]]) => [code, Number(status)]);
    expect(documented).toEqual(Object.entries(DOOR_STATUS));
  });

  it('has one row for each picture code', () => {
    const documented = rowsBelow('Picture codes').map(([code]) => code);
    expect(documented).toEqual(Object.keys(PICTURE_FAULTS));
  });

  it('says which picture codes are worth a retry', () => {
    const documented = rowsBelow('Picture codes').map(([code, [, retry]]) => [code, retry]);
    const retryable = Object.entries(PICTURE_FAULTS).map(([code, fault]) => [
      code,
      fault.retryable ? 'yes' : 'no',
    ]);
    expect(documented).toEqual(retryable);
  });

  it('gives the cause and the cure of each code', () => {
    const rows = [...rowsBelow('Problem codes'), ...rowsBelow('Picture codes')];
    for (const [code, cells] of rows) {
      const [cause = '', cure = ''] = cells.filter((cell) => !/^(\d+|yes|no)$/.test(cell));
      expect(cause, `cause of ${code}`).toMatch(/\w.*\.$/);
      expect(cure, `cure of ${code}`).toMatch(/\w.*\.$/);
    }
  });
});
