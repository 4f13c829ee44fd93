import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkingFolder } from './working-folder.js';

const HOUR = 3_600_000;
let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'darkroom-place-'));
});
afterEach(() => rm(place, { recursive: true, force: true }));

/** @param age - milliseconds since the folder was last touched */
async function folder(name: string, age: number): Promise<void> {
  await mkdir(path.join(place, name, 'picture-1'), { recursive: true });
  await writeFile(path.join(place, name, 'picture-1', 'original'), 'bytes');
  const then = new Date(Date.now() - age);
  await utimes(path.join(place, name), then, then);
}

describe('the working folder', () => {
  it('removes only folders that killed workers left over an hour ago', async () => {
    await folder('darkroom-worker-killed', 1.1 * HOUR);
    await folder('darkroom-worker-alive', 0.9 * HOUR);
    await folder('another-program', 2_400 * HOUR);
    const own = await WorkingFolder.open(place);
    expect((await readdir(place)).toSorted()).toEqual(
      ['darkroom-worker-alive', 'another-program', path.basename(own.path)].toSorted(),
    );
    expect((await stat(own.path)).mode & 0o777).toBe(0o700);
    await own.close();
    expect(await readdir(place)).not.toContain(path.basename(own.path));
  });
});
