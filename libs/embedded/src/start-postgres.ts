import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serverFault } from './errors.js';
import { findFreePort } from './find-free-port.js';
import { endOrphan } from './orphaned-postgres.js';
import { findPostgresBinaries, type PostgresBinaries } from './find-postgres-binaries.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import type { Watchdog } from './watchdog.js';
import { findPostgresAccount, type Account } from './system-account.js';

export interface PostgresOptions {
  /** Folder of the cluster; created and initialised when it does not exist. */
  dataDir: string;
  /** Password of the superuser `darkroom`. The cluster keeps the one of its first start. */
  password: string;
  /** Loopback port. Default: a free one. */
  port?: number;
  /** Server settings, e.g. `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  onLine?: (line: string) => void;
  /** Stops the server if this process is killed. */
  watchdog?: Watchdog;
}

export interface Postgres extends ServerProcess {
  /** Connection string of the database `darkroom`. */
  url: string;
  port: number;
}

const MAJOR = '18';
const USER = 'darkroom';
const DATABASE = 'darkroom';

/**
 * Starts the embedded PostgreSQL 18 on the loopback address, as the `postgres` user when this process is root.
 *
 * Stops a server that an earlier process left running on the same folder. The caller must hold the folder's lock.
 *
 * @throws DarkroomError `embedded_server`
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = await accountFor(options.dataDir);
  const binaries = await findPostgresBinaries(account);
  await initialise(options, binaries, account);
  await endOrphan(options.dataDir);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    try {
      const server = await startServer(options, binaries, account, port);
      const url = `postgres://${USER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${DATABASE}`;
      return { ...server, url, port };
    } catch (error) {
      // Another process may have taken the free port in between.
      if (options.port !== undefined || attempt === 3) throw error;
    }
  }
}

/** PostgreSQL must own its folder. When a user created it earlier, root runs the server as that user. */
async function accountFor(dataDir: string): Promise<Account | undefined> {
  const account = await findPostgresAccount();
  if (account === undefined) return undefined;
  const owner = await stat(path.join(dataDir, 'PG_VERSION')).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? account : { uid: owner.uid, gid: owner.gid };
}

function startServer(
  options: PostgresOptions,
  binaries: PostgresBinaries,
  account: Account | undefined,
  port: number,
): Promise<ServerProcess> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    lc_messages: 'C',
    ...options.settings,
  };
  return startServerProcess({
    name: 'PostgreSQL',
    command: binaries.postgres,
    args: [
      '-D',
      options.dataDir,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    cwd: options.dataDir,
    account,
    ready: /database system is ready to accept connections/,
    // SIGINT is the fast shutdown: it rolls transactions back and writes a checkpoint. After SIGQUIT the next start recovers.
    stopSignals: ['SIGINT', 'SIGQUIT'],
    onLine: options.onLine,
    watchdog: options.watchdog,
  });
}

/** Creates the cluster under a temporary name first, so that a kill in the middle leaves no half of one. */
async function initialise(
  options: PostgresOptions,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<void> {
  const version = await readFile(path.join(options.dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) {
    if (version.trim() === MAJOR) return;
    throw serverFault(
      `${options.dataDir} holds a database of PostgreSQL ${version.trim()}, but this version of Darkroom runs PostgreSQL ${MAJOR}. Dump the database with the old version, or set DARKROOM_DATA to another folder.`,
    );
  }
  const partial = `${options.dataDir}.initialising`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const secrets = await mkdtemp(path.join(tmpdir(), 'darkroom-'));
  try {
    const passwordFile = path.join(secrets, 'password');
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    for (const owned of [partial, secrets, passwordFile]) {
      if (account !== undefined) await chown(owned, account.uid, account.gid);
    }
    const sync = options.settings?.['fsync'] === 'off' ? ['--no-sync'] : [];
    // The built-in C.UTF-8 sorts alike on every system, whatever locales are installed.
    await runTool(binaries.initdb, partial, account, [
      `--pgdata=${partial}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...sync,
    ]);
    await runTool(
      binaries.postgres,
      partial,
      account,
      ['--single', '-D', partial, 'postgres'],
      `CREATE DATABASE ${DATABASE};\n`,
    );
    if (await stat(options.dataDir).catch(() => undefined)) await rm(options.dataDir, { recursive: true });
    await rename(partial, options.dataDir);
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
}

function runTool(
  command: string,
  cwd: string,
  account: Account | undefined,
  args: string[],
  input = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['pipe', 'ignore', 'pipe'], ...account });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.once('error', (error) => reject(serverFault(`${command} cannot be run: ${error.message}`, error)));
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(serverFault(`PostgreSQL's ${path.basename(command)} failed: ${said.trim().split('\n').at(-1)}`));
    });
    // It may end before it has read everything; then its exit code says why.
    child.stdin.on('error', () => undefined).end(input);
  });
}
