import { describe, expect, it } from 'vitest';
import { DiskFloor } from './disk-floor.js';

const upload = (bytes: number) => ({ headers: { 'content-length': String(bytes) } });

function createFloor(floor: number) {
  const disk = { free: 10_000, reads: 0, now: 0 };
  const storage = {
    freeBytes: async () => {
      disk.reads += 1;
      return disk.free;
    },
  };
  return { disk, floor: new DiskFloor(storage, floor, () => disk.now) };
}

describe('DiskFloor', () => {
  it('subtracts the uploads since the free space was read, and reads it again after a second', async () => {
    const { disk, floor } = createFloor(1_000);
    await floor.assertRoom(upload(5_000));
    await expect(floor.assertRoom(upload(5_000))).rejects.toMatchObject({ code: 'unavailable' });
    await floor.assertRoom(upload(4_000));
    expect(disk.reads).toBe(1);
    await new Promise(setImmediate);
    disk.now = 1_001;
    await floor.assertRoom(upload(9_000));
    expect(disk.reads).toBe(2);
  });

  it('counts only the free space for an upload of unknown length', async () => {
    const { disk, floor } = createFloor(1_000);
    await floor.assertRoom({ headers: {} });
    const full = createFloor(disk.free + 1).floor;
    await expect(full.assertRoom({ headers: {} })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('has no limit at 0', async () => {
    const { disk, floor } = createFloor(0);
    await floor.assertRoom(upload(1e12));
    expect(disk.reads).toBe(0);
  });
});
