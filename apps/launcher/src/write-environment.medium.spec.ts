import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeEnvironment } from './write-environment.js';

it('writes the variables that commands need, but no token, to a file that only its owner can read', async () => {
  const data = await mkdtemp(path.join(tmpdir(), 'darkroom-kept-'));
  const needed = { DATABASE_URL: 'postgres://x', DARKROOM_BROKER: 'postgres', DARKROOM_DATA: data };
  const remove = await writeEnvironment(data, {
    ...needed,
    REDIS_URL: undefined,
    DARKROOM_TOKEN: 'a-token-of-the-tests',
    DARKROOM_LINK_SECRET: 'x',
    HOME: '/home/ada',
  });
  const file = path.join(data, 'environment.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(needed);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await remove();
  expect(await readdir(data)).toEqual([]);
  await rm(data, { recursive: true });
});
