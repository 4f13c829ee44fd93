import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { drawJpeg } from '@darkroom/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from './testing/client.js';
import { commandsOfDocs } from './testing/commands-of-docs.js';
import { expectWhole, isComplete } from './testing/expect-whole.js';
import { LaunchedPlatform } from './testing/launched-platform.js';

const MANUAL = 'operations.md';
const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-backup-'));
  // When the test runs as root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (): Promise<LaunchedPlatform> => LaunchedPlatform.start(path.join(folder, '.darkroom'));
const shell = async (heading: string): Promise<void> => {
  await run('sh', ['-ec', await commandsOfDocs(MANUAL, heading)], { cwd: folder });
};

it('the documented backup of npm start restores every picture', async () => {
  const platform = await start();
  const client = new Client(platform.url);
  const events = await client.events();
  const { id } = await client.upload(await drawJpeg({ width: 400, height: 300 }), 'kept.jpg');
  const kept = await events.image(id, isComplete);
  events.close();
  await platform.stop();
  await shell('npm start: back up');

  await rm(path.join(folder, '.darkroom', 'media'), { recursive: true });
  await writeFile(path.join(folder, '.darkroom', 'postgres.password'), 'of another database');
  await shell('npm start: restore');

  const restored = await start();
  const restoredClient = new Client(restored.url);
  expect(await restoredClient.all()).toMatchObject([{ id, filename: 'kept.jpg', status: 'ready' }]);
  await expectWhole(restoredClient, await restoredClient.image(id));
  // A link from before the restore still works: the backup includes the secret that signed it.
  expect((await restoredClient.open(kept.original.url)).status).toBe(200);
  await restored.stop();
  expect(await readdir(folder)).toEqual(['.darkroom', 'darkroom-backup.tar.gz']);
});
