import type { Drill, Scene } from '../drill.js';
import type { Bucket } from '../drill-platform.js';
import { missingSmallDisk, type SmallDisk } from '../faults/small-disk.js';

export const storageErrors: Drill = {
  name: 'storage-errors',
  summary: 'S3 answers every call with 500 or 503 for half a minute',
  platform: { storage: 's3' },
  lasts: ({ outage }) => outage,
  expects: () => ({ 'failed S3 calls': 20 }),
  faults: async (scene) => {
    const { proxy } = bucketOf(scene);
    await scene.answered(0.2);
    proxy.fail();
    await scene.wait(scene.scale.outage / 2);
    await scene.see({ what: 'failed S3 calls', least: 20, count: () => proxy.failed });
    proxy.mend();
  },
};

export const storageSlow: Drill = {
  name: 'storage-slow',
  summary: 'S3 delays every call by two seconds for half a minute',
  platform: { storage: 's3' },
  lasts: ({ outage }) => outage,
  expects: () => ({ 'delayed S3 calls': 20 }),
  faults: async (scene) => {
    const { proxy } = bucketOf(scene);
    await scene.answered(0.2);
    proxy.slow(2_000);
    await scene.wait(scene.scale.outage / 2);
    await scene.see({ what: 'delayed S3 calls', least: 20, count: () => proxy.slowed });
    proxy.mend();
  },
};

function bucketOf({ platform: { bucket } }: Scene): Bucket {
  if (bucket === undefined) throw new Error('this drill needs S3');
  return bucket;
}

export const diskFull: Drill = {
  name: 'disk-full',
  summary: 'the disk of the folder storage is full for half a minute',
  platform: { storage: 'small-disk', settings: { DARKROOM_DISK_FLOOR: '16MiB' } },
  missing: missingSmallDisk,
  lasts: ({ outage }) => outage,
  expects: () => ({ 'bytes of the disk filled': 1_000_000, 'calls refused meanwhile': 1 }),
  faults: async (scene) => {
    const disk = diskOf(scene);
    await scene.answered(0.3);
    scene.note('bytes of the disk filled', await disk.fill());
    const before = refusals(scene);
    await scene.wait(scene.scale.outage / 2);
    await scene.see({ what: 'calls refused meanwhile', least: 1, count: () => refusals(scene) - before });
    await disk.empty();
  },
};

function diskOf({ platform: { disk } }: Scene): SmallDisk {
  if (disk === undefined) throw new Error('this drill needs a small disk');
  return disk;
}

function refusals({ ledger }: Scene): number {
  return ledger.refusals['503'] ?? 0;
}
