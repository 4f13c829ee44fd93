import { readdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { DrillPlatform } from './drill-platform.js';

export async function sweepAtOnce(platform: DrillPlatform): Promise<void> {
  if (platform.bucket !== undefined) return;
  const entries = await readdir(platform.media, { recursive: true, withFileTypes: true });
  const old = new Date(Date.now() - 25 * 3_600_000);
  for (const entry of entries.filter((e) => e.isFile()))
    await utimes(path.join(entry.parentPath, entry.name), old, old);
  const worker = await platform.start('worker');
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  await platform.end(worker);
}
