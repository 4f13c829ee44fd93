import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A fake `getent`, which resolves the name of the api for the gateway. */
export interface Names {
  /** Folder that contains the fake `getent`. */
  programs: string;
  /** Makes the name resolve to these IPv4 addresses from now on. */
  point(addresses: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startNames(): Promise<Names> {
  const programs = await mkdtemp(path.join(tmpdir(), 'darkroom-names-'));
  const file = path.join(programs, 'addresses');
  const point = async (addresses: readonly string[]): Promise<void> => {
    await writeFile(`${file}.new`, addresses.map((address) => `${address} STREAM\n`).join(''));
    await rename(`${file}.new`, file);
  };
  await point([]);
  await writeFile(path.join(programs, 'getent'), `#!/bin/sh\ncat '${file}'\n`);
  await chmod(path.join(programs, 'getent'), 0o755);
  return { programs, point, close: () => rm(programs, { recursive: true }) };
}
