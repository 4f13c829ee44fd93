import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isInstalled } from './installed-packages.mjs';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'darkroom-checkout-'));
  await mkdir(path.join(root, 'node_modules'));
});
afterEach(() => rm(root, { recursive: true }));

const LOCKED = {
  '': { name: 'darkroom' },
  'libs/errors': { name: '@darkroom/errors', version: '0.1.0' },
  'node_modules/@darkroom/errors': { resolved: 'libs/errors', link: true },
  'node_modules/sharp': { version: '1.0.0' },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
};
const INSTALLED = {
  'node_modules/@darkroom/errors': { resolved: 'libs/errors', link: true },
  'node_modules/sharp': { version: '1.0.0' },
};

async function write(file: string, packages: object): Promise<void> {
  await writeFile(path.join(root, file), JSON.stringify({ packages }));
}
const lock = (packages: object) => write('package-lock.json', packages);
const install = (packages: object) => write('node_modules/.package-lock.json', packages);

it('accepts an install that lacks only packages for other platforms', async () => {
  await lock(LOCKED);
  await install(INSTALLED);
  expect(isInstalled(root)).toBe(true);
});

it('rejects an install that was interrupted', async () => {
  await lock(LOCKED);
  expect(isInstalled(root)).toBe(false);
});

it.each([
  ['a package has another version', { ...LOCKED, 'node_modules/sharp': { version: '1.0.1' } }],
  ['a package was added', { ...LOCKED, 'node_modules/zod': { version: '4.0.0' } }],
  ['a workspace was added', { ...LOCKED, 'node_modules/@darkroom/queue': { link: true } }],
  [
    'an optional package has another version',
    { ...LOCKED, 'node_modules/sharp': { version: '2.0.0', optional: true } },
  ],
])('rejects an install when %s', async (_, packages) => {
  await lock(packages);
  await install(INSTALLED);
  expect(isInstalled(root)).toBe(false);
});
