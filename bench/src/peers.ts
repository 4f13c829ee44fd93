import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultRecipe } from '@darkroom/contracts';
import type { BenchPicture } from './pictures.js';
import { spread, type Spread } from './statistics.js';

export interface PeerRow {
  peer: string;
  picture: string;
  /** Pictures a second, each as the same four JPEGs at quality 80. */
  peerRate: Spread;
}

/** libvips' own tool: one process a size, so it decodes four times; as many at once as there are cores. */
export async function peerSuite(pictures: readonly BenchPicture[], rounds: number): Promise<PeerRow[]> {
  if (spawnSync('vipsthumbnail', ['--version']).status !== 0) return [];
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  try {
    const rows: PeerRow[] = [];
    for (const picture of pictures) {
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) rates.push(await vipsthumbnail(picture, folder));
      rows.push({ peer: 'vipsthumbnail', picture: picture.name, peerRate: spread(rates) });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const COUNT = 6;

async function vipsthumbnail({ path }: BenchPicture, folder: string): Promise<number> {
  const began = performance.now();
  let left = COUNT;
  await Promise.all(
    Array.from({ length: availableParallelism() }, async (_, slot) => {
      while (left > 0) {
        left -= 1;
        for (const { name, longSide } of defaultRecipe.sizes) {
          const output = join(folder, `${slot}-${name}.jpg[Q=80,strip]`);
          const child = spawn(
            'vipsthumbnail',
            [path, '--size', `${longSide}x${longSide}>`, '--eprofile', 'srgb', '-o', output],
            {
              env: { ...process.env, VIPS_CONCURRENCY: '1' },
              stdio: 'ignore',
            },
          );
          await once(child, 'exit');
        }
      }
    }),
  );
  return COUNT / ((performance.now() - began) / 1000);
}
