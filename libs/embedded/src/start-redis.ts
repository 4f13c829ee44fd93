import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from './find-free-port.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import type { Watchdog } from './watchdog.js';

export interface RedisOptions {
  /** Folder for its files; created when it does not exist. */
  dataDir: string;
  /** The program, e.g. `redis-server` from the PATH. */
  command?: string;
  /** Whether its data survives a restart: an append-only file, fsynced every second. */
  durable: boolean;
  /** Default: a random one. */
  password?: string;
  /**
   * How often a second Redis wakes up for its own tasks. Default: 10, as Redis itself. With fewer, an idle server needs
   * less CPU, but a client that blocks for a limited time may wait up to one period longer.
   */
  hz?: number;
  onLine?: (line: string) => void;
  /** Stops the server if this process is killed. */
  watchdog?: Watchdog;
}

export interface Redis extends ServerProcess {
  url: string;
  port: number;
}

/**
 * Starts a Redis on a free loopback port, with a password and `maxmemory-policy noeviction` (BullMQ loses jobs under
 * eviction).
 *
 * @throws DarkroomError `embedded_server`
 */
export async function startRedis(options: RedisOptions): Promise<Redis> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const password = options.password ?? randomBytes(24).toString('hex');
  // In a file, because every user of the machine can read the command line of a process.
  const configuration = path.join(options.dataDir, 'redis.conf');
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    await writeFile(configuration, lines(options, port, password), { mode: 0o600 });
    await chmod(configuration, 0o600);
    try {
      const server = await startServerProcess({
        name: 'Redis',
        command: options.command ?? 'redis-server',
        args: [configuration],
        cwd: options.dataDir,
        ready: /Ready to accept connections/,
        stopSignals: ['SIGTERM'],
        onLine: options.onLine,
        watchdog: options.watchdog,
      });
      return { ...server, url: `redis://:${password}@127.0.0.1:${port}`, port };
    } catch (error) {
      // Another process may have taken the free port in between.
      if (attempt === 3) throw error;
    }
  }
}

function lines(options: RedisOptions, port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(options.dataDir)}`,
    'maxmemory-policy noeviction',
    `appendonly ${options.durable ? 'yes' : 'no'}`,
    'save ""',
    `hz ${options.hz ?? 10}`,
    'daemonize no',
    'logfile ""',
    '',
  ].join('\n');
}
