import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRecipe } from '@darkroom/contracts';
import { findFreePort } from './find-free-port.js';
import type { BenchPicture } from './pictures.js';

/** A server that creates one size per request from files in a folder, without signatures and without a cache. */
export interface HttpPeer {
  command: string;
  start(server: { port: number; root: string; folder: string }): Promise<{ args: string[]; env: object }>;
  /** Path and query for one size of a file below the root. */
  path(file: string, longSide: number): string;
}

export const HTTP_PEERS: readonly HttpPeer[] = [
  {
    command: 'imgproxy',
    start: async ({ port, root }) => ({
      args: [],
      env: {
        IMGPROXY_BIND: `127.0.0.1:${port}`,
        IMGPROXY_LOCAL_FILESYSTEM_ROOT: root,
        IMGPROXY_QUALITY: '80',
        IMGPROXY_LOG_LEVEL: 'error',
      },
    }),
    path: (file, longSide) => `/insecure/rs:fit:${longSide}:${longSide}/plain/local:///${file}@jpg`,
  },
  {
    command: 'thumbor',
    start: async ({ port, root, folder }) => {
      const settings = join(folder, 'thumbor.conf');
      const lines = {
        LOADER: 'thumbor.loaders.file_loader',
        FILE_LOADER_ROOT_PATH: root,
        STORAGE: 'thumbor.storages.no_storage',
      };
      const text = Object.entries(lines).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
      await writeFile(settings, `${[...text, 'QUALITY = 80', 'ALLOW_UNSAFE_URL = True'].join('\n')}\n`);
      const processes = String(availableParallelism());
      const args = [
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--conf',
        settings,
        '--processes',
        processes,
      ];
      return { args: [...args, '--log-level', 'error'], env: {} };
    },
    path: (file, longSide) => `/unsafe/fit-in/${longSide}x${longSide}/${file}`,
  },
];

const START_MS = 20_000;

/** A peer that runs. */
export interface HttpPeerServer {
  peer: HttpPeer;
  origin: string;
  stop(): Promise<void>;
}

/**
 * Starts a peer that serves the folder of a picture.
 *
 * @param folder - for its settings
 * @throws Error when it does not answer in time
 */
export async function startHttpPeer(
  peer: HttpPeer,
  { picture, folder }: { picture: BenchPicture; folder: string },
): Promise<HttpPeerServer> {
  const port = await findFreePort();
  const { args, env } = await peer.start({ port, root: dirname(picture.path), folder });
  const child = spawn(peer.command, args, {
    env: { ...process.env, ...env },
    stdio: 'ignore',
    detached: true,
  });
  const origin = `http://127.0.0.1:${port}`;
  try {
    await answers(`${origin}${peer.path(basename(picture.path), 150)}`);
  } catch (error) {
    await endGroup(child);
    throw error;
  }
  return { peer, origin, stop: () => endGroup(child) };
}

/** Requests all sizes of a picture, one after another. */
export async function allSizes({ peer, origin }: HttpPeerServer, picture: BenchPicture): Promise<void> {
  for (const { longSide } of defaultRecipe.sizes) {
    const response = await fetch(`${origin}${peer.path(basename(picture.path), longSide)}`);
    await response.arrayBuffer();
    if (!response.ok || response.headers.get('content-type') !== 'image/jpeg')
      throw new Error(`${peer.command} answered ${response.status} instead of a JPEG`);
  }
}

async function answers(url: string): Promise<void> {
  const last = performance.now() + START_MS;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > last) throw new Error(`${url} does not answer`);
    await sleep(100);
  }
}

/** Kills a process and the processes that it started, which share its group. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}
