import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import setup from './global-setup.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-global-setup-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

it('reports a missing service once, although several projects of a run lack it', async () => {
  const report = join(folder, 'not-run');
  vi.stubEnv('DARKROOM_TEST_REPORT', report);
  vi.stubEnv('DARKROOM_TEST_SERVICES', 'nginx');
  vi.stubEnv('DARKROOM_TEST_STARTED', '');
  vi.stubEnv('PATH', folder);
  const teardowns = [await setup({ name: 'medium' }), await setup({ name: 'medium-pictures' })];
  for (const teardown of teardowns) await teardown();
  const lines = (await readFile(report, 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { what: string }).what)).toEqual(['nginx']);
});
