import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingDefinitions } from './definitions.js';
import { settingRow } from './settings-table.js';

const DOCS = new URL('../../../docs/settings.md', import.meta.url);
/** Rows of the docs, by the name of the setting. */
const documented = new Map<string, string[]>();

beforeAll(async () => {
  for (const line of (await readFile(DOCS, 'utf8')).split('\n')) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const name = /^`(\w+)`$/.exec(cells[0] ?? '')?.[1];
    if (name === undefined) continue;
    expect(documented, `${name} has two rows`).not.toContain(name);
    documented.set(name, cells);
  }
});

describe('docs/settings.md', () => {
  it.each(settingDefinitions.map((setting) => [setting.name, setting] as const))(
    'describes %s as the code does',
    (name, setting) => {
      expect(documented.get(name)).toEqual(settingRow(setting));
    },
  );

  it('has no row for a setting that no longer exists', () => {
    expect([...documented.keys()].toSorted()).toEqual(settingDefinitions.map(({ name }) => name).toSorted());
  });
});
