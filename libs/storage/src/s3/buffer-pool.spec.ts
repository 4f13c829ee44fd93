import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.js';

describe('BufferPool', () => {
  it('lends no more buffers than it has, first come, first served', async () => {
    const pool = new BufferPool(2, 16);
    const begun: string[] = [];
    const lent = new Set<Buffer>();
    let atOnce = 0;
    let mostAtOnce = 0;
    const uses = ['a', 'b', 'c', 'd'].map((name) =>
      pool.lend(async (buffer) => {
        begun.push(name);
        lent.add(buffer);
        mostAtOnce = Math.max(mostAtOnce, ++atOnce);
        await setImmediate();
        atOnce -= 1;
      }),
    );
    await Promise.all(uses);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    expect(mostAtOnce).toBe(2);
    expect(lent.size).toBe(2);
  });

  it('reuses the buffer of a use that failed', async () => {
    const pool = new BufferPool(1, 16);
    const failed = pool.lend(() => Promise.reject(new Error('no')));
    const next = pool.lend((buffer) => Promise.resolve(buffer.byteLength));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe(16);
  });
});
