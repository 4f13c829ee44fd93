import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { serverFault } from './errors.js';

const run = promisify(execFile);

/** Ids of a system user. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account that PostgreSQL runs as, or undefined when this process can run it. PostgreSQL refuses to run as root.
 *
 * For root it is the system's `postgres` user, created when missing.
 *
 * @throws DarkroomError `embedded_server` when the user cannot be created
 */
export async function findPostgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await lookUp('postgres');
  if (found !== undefined) return found;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  } catch (error) {
    // Another process may have created it in the meantime.
    const made = await lookUp('postgres');
    if (made !== undefined) return made;
    throw serverFault(
      'PostgreSQL refuses to run as root, and the user "postgres" cannot be created. Create it, or start Darkroom as another user.',
      error,
    );
  }
  return lookUp('postgres');
}

async function lookUp(name: string): Promise<Account | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of passwd.split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/**
 * Whether an account may enter every folder on the path to `target`, by the mode bits alone (ACLs are not read).
 *
 * @param target - an absolute path; parts that do not exist yet count as enterable
 */
export async function mayEnter(target: string, account: Account): Promise<boolean> {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined) {
      const shift = found.uid === account.uid ? 6 : found.gid === account.gid ? 3 : 0;
      if (((found.mode >> shift) & 1) === 0) return false;
    }
    if (folder === path.dirname(folder)) return true;
  }
}
