import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { reportNotRun } from './report-not-run.js';

/** A folder of photographs for the tests, in addition to the pictures that they draw. */
const VARIABLE = 'DARKROOM_TEST_PICTURES';

export interface GivenPicture {
  /** Name of the file. */
  name: string;
  read: () => Promise<Buffer>;
}

/**
 * The pictures in the folder that `DARKROOM_TEST_PICTURES` names: all its files, except hidden ones. Without the variable,
 * the list is empty, and `npm test` reports the suite as an optional extra that did not run.
 *
 * @param suite - the suite that uses them, e.g. `similarity of real photographs`
 * @throws Error when the folder cannot be read or has no files
 */
export async function givenPictures(suite: string): Promise<GivenPicture[]> {
  const folder = process.env[VARIABLE];
  if (folder === undefined || folder === '') {
    await reportNotRun(suite, `${VARIABLE} names no folder of photographs.`, { optional: true });
    return [];
  }
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  if (names.length === 0) throw new Error(`${VARIABLE}: there is no picture in ${folder}.`);
  return names.toSorted().map((name) => ({ name, read: () => readFile(path.join(folder, name)) }));
}
