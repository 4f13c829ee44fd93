import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { givenPictures } from './given-pictures.js';

let folder: string;
let report: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-given-'));
});
beforeEach(() => {
  report = join(folder, 'report');
  vi.stubEnv('DARKROOM_TEST_REPORT', report);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(report, { force: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the given pictures', () => {
  it('are an empty list without the variable, and the suite is reported as an optional extra', async () => {
    vi.stubEnv('DARKROOM_TEST_PICTURES', undefined);
    expect(await givenPictures('a suite')).toEqual([]);
    expect(JSON.parse(await readFile(report, 'utf8'))).toEqual({
      what: 'a suite',
      reason: 'DARKROOM_TEST_PICTURES names no folder of photographs.',
      optional: true,
    });
  });

  it('are the files of the folder, sorted by name', async () => {
    const pictures = join(folder, 'pictures');
    await mkdir(join(pictures, 'below'), { recursive: true });
    for (const name of ['b.jpg', 'a.png', '.hidden']) await writeFile(join(pictures, name), name);
    vi.stubEnv('DARKROOM_TEST_PICTURES', pictures);
    const given = await givenPictures('a suite');
    expect(given.map(({ name }) => name)).toEqual(['a.png', 'b.jpg']);
    expect(String(await given[0]?.read())).toBe('a.png');
    await expect(readFile(report)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are refused when the folder is missing or empty', async () => {
    vi.stubEnv('DARKROOM_TEST_PICTURES', join(folder, 'nowhere'));
    await expect(givenPictures('a suite')).rejects.toMatchObject({ code: 'ENOENT' });
    const empty = join(folder, 'empty');
    await mkdir(empty);
    vi.stubEnv('DARKROOM_TEST_PICTURES', empty);
    await expect(givenPictures('a suite')).rejects.toThrow(/no picture/);
  });
});
