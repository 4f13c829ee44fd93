import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stampWeb, webIsStale } from './build-web.mjs';

let root: string;
const write = async (file: string, text: string): Promise<void> => {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
};
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'darkroom-build-web-'));
  await write('package-lock.json', '{}');
  await write('libs/contracts/src/index.ts', 'export {}');
  await write('libs/errors/src/index.ts', 'export {}');
  await write('apps/web/src/main.tsx', 'render()');
});
afterEach(() => rm(root, { recursive: true }));

it('builds the gallery when it has no build or its inputs have changed', async () => {
  await write('apps/web/package.json', '{}');
  expect(webIsStale(root)).toBe(true);
  await write('apps/web/dist/index.html', '<!doctype html>');
  stampWeb(root);
  expect(webIsStale(root)).toBe(false);
  for (const [file, text] of [
    ['apps/web/src/main.tsx', 'render(2)'],
    ['apps/web/src/new.ts', ''],
    ['libs/contracts/src/index.ts', 'export const a = 1'],
    ['package-lock.json', '{ }'],
  ] as const) {
    await write(file, text);
    expect([file, webIsStale(root)]).toEqual([file, true]);
    stampWeb(root);
  }
  await rm(path.join(root, 'apps/web/src/new.ts'));
  expect(webIsStale(root)).toBe(true);
  stampWeb(root);
  await rm(path.join(root, 'apps/web/dist'), { recursive: true });
  expect(webIsStale(root)).toBe(true);
});

it('ignores build output, and builds nothing without a gallery', async () => {
  expect(webIsStale(root)).toBe(false);
  await write('apps/web/package.json', '{}');
  await write('apps/web/dist/index.html', '<!doctype html>');
  stampWeb(root);
  await write('apps/web/dist/assets/app.js', '1');
  await write('apps/web/node_modules/.cache', '1');
  await write('apps/web/web.tsbuildinfo', '1');
  expect(webIsStale(root)).toBe(false);
});
