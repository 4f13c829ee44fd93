import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundlesAreStale, stampBundles } from './bundle.mjs';

let root: string;
const write = async (file: string, text: string): Promise<void> => {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), text);
};
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'darkroom-bundle-'));
  for (const app of ['api', 'worker', 'launcher']) await write(`apps/${app}/dist/main.js`, 'run()');
  await write('libs/queue/dist/index.js', 'export {}');
  await write('package-lock.json', '{}');
  await write('apps/launcher/bundle/main.js', 'run()');
});
afterEach(() => rm(root, { recursive: true }));

it('makes the bundles when they are missing or their inputs have changed', async () => {
  expect(bundlesAreStale(root)).toBe(true);
  stampBundles(root);
  expect(bundlesAreStale(root)).toBe(false);
  for (const [file, text] of [
    ['apps/worker/dist/main.js', 'run(2)'],
    ['libs/queue/dist/index.js', 'export const a = 1'],
    ['libs/queue/dist/new.js', ''],
    ['libs/queue/package.json', '{"sideEffects":false}'],
    ['package-lock.json', '{ }'],
    ['tools/bootstrap/make-bundles.mjs', 'bundle()'],
  ] as const) {
    await write(file, text);
    expect([file, bundlesAreStale(root)]).toEqual([file, true]);
    stampBundles(root);
  }
  await rm(path.join(root, 'apps/launcher/bundle'), { recursive: true });
  expect(bundlesAreStale(root)).toBe(true);
});

it('keeps the bundles when only tests, types or sources have changed', async () => {
  stampBundles(root);
  await write('libs/queue/src/index.ts', 'export {}');
  await write('libs/queue/dist/index.d.ts', 'export {}');
  await write('libs/queue/dist/queue.spec.js', 'it()');
  await write('apps/api/dist/testing/stack.js', 'start()');
  await write('apps/api/dist/.tsbuildinfo', '{}');
  expect(bundlesAreStale(root)).toBe(false);
});
