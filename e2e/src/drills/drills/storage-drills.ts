import type { Drill, Scene } from '../drill.js';
import type { Bucket } from '../drill-platform.js';
import { missingSmallDisk, type SmallDisk } from '../faults/small-disk.js';

export const storageErrors: Drill = {
  name: 'storage-errors',
  summary: 'S3 answers every call with 500 or 503 for half a minute',
  platform: { storage: 's3' },
  lasts: ({ outage }) => outage,
  expects: () => ({ 'calls of S3 that failed': 20 }),
  faults: async (scene) => {
    const { way } = bucketOf(scene);
    await scene.answered(0.2);
    way.fail();
    await scene.wait(scene.scale.outage / 2);
    way.mend();
    scene.note('calls of S3 that failed', way.failed);
  },
};

export const storageSlow: Drill = {
  name: 'storage-slow',
  summary: 'S3 takes two seconds for every call, for half a minute',
  platform: { storage: 's3' },
  lasts: ({ outage }) => outage,
  expects: () => ({ 'calls of S3 that were held up': 20 }),
  faults: async (scene) => {
    const { way } = bucketOf(scene);
    await scene.answered(0.2);
    way.slow(2_000);
    await scene.wait(scene.scale.outage / 2);
    way.mend();
    scene.note('calls of S3 that were held up', way.slowed);
  },
};

function bucketOf({ platform: { bucket } }: Scene): Bucket {
  if (bucket === undefined) throw new Error('this drill has asked for S3');
  return bucket;
}

export const diskFull: Drill = {
  name: 'disk-full',
  summary: 'the disk of the folder storage is full for half a minute',
  platform: { storage: 'small-disk', settings: { DARKROOM_DISK_FLOOR: '16MiB' } },
  missing: missingSmallDisk,
  lasts: ({ outage }) => outage,
  expects: () => ({ 'bytes taken from the disk': 1_000_000, 'calls refused meanwhile': 1 }),
  faults: async (scene) => {
    const disk = diskOf(scene);
    await scene.answered(0.3);
    scene.note('bytes taken from the disk', await disk.fill());
    const before = refusals(scene);
    await scene.wait(scene.scale.outage / 2);
    scene.note('calls refused meanwhile', refusals(scene) - before);
    await disk.empty();
  },
};

function diskOf({ platform: { disk } }: Scene): SmallDisk {
  if (disk === undefined) throw new Error('this drill has asked for a small disk');
  return disk;
}

function refusals({ ledger }: Scene): number {
  return ledger.refusals['503'] ?? 0;
}
