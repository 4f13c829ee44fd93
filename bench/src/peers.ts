import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { defaultRecipe } from '@darkroom/contracts';
import { allSizes, HTTP_PEERS, withHttpPeer } from './http-peers.js';
import type { BenchPicture } from './pictures.js';
import { spread, type Spread } from './statistics.js';

export interface PeerRow {
  peer: string;
  picture: string;
  /** Pictures per second, each as the same four JPEGs at quality 80. */
  peerRate: Spread;
}

/** Makes all sizes of a picture once. Each slot has separate output files. */
type MakeSizes = (slot: number) => Promise<void>;

/** Measures every peer on the PATH, one after another, with one picture in flight per core. */
export async function peerSuite(pictures: readonly BenchPicture[], rounds: number): Promise<PeerRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  try {
    const rows: PeerRow[] = [];
    const row = async (peer: string, picture: BenchPicture, make: MakeSizes): Promise<void> => {
      await rateOf(make, WARM_UP);
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) rates.push(await rateOf(make, COUNT));
      rows.push({ peer, picture: picture.name, peerRate: spread(rates) });
    };
    for (const picture of pictures) {
      if (isInstalled('vipsthumbnail')) {
        await row('vipsthumbnail', picture, (slot) => vipsthumbnail(picture, join(folder, String(slot))));
      }
      for (const peer of HTTP_PEERS.filter(({ command }) => isInstalled(command))) {
        await withHttpPeer(peer, { picture, folder }, (origin) =>
          row(peer.command, picture, () => allSizes(peer, origin, picture)),
        );
      }
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isInstalled(command: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, command)));
}

const WARM_UP = 4;
const COUNT = 20;

/** @returns pictures per second */
async function rateOf(make: MakeSizes, count: number): Promise<number> {
  let left = count;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async (_, slot) => {
      while (left > 0) {
        left -= 1;
        await make(slot);
      }
    }),
  );
  return count / ((performance.now() - began) / 1000);
}

/** The command of libvips. It runs one process per size, so it decodes the picture four times. */
async function vipsthumbnail({ path }: BenchPicture, output: string): Promise<void> {
  for (const { name, longSide } of defaultRecipe.sizes) {
    const file = `${output}-${name}.jpg[Q=80,strip]`;
    const args = [path, '--size', `${longSide}x${longSide}>`, '--eprofile', 'srgb', '-o', file];
    const env = { ...process.env, VIPS_CONCURRENCY: '1' };
    await once(spawn('vipsthumbnail', args, { env, stdio: 'ignore' }), 'exit');
  }
}
