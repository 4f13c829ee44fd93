import { describe, expect, it } from 'vitest';
import { SharedReads } from './shared-reads.js';

describe('SharedReads', () => {
  it('reads once for all calls before the read begins, and again for calls during the read', async () => {
    const reads = new SharedReads<number>();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    const read = async (): Promise<number> => {
      const mine = count++;
      begun[mine]?.resolve();
      await gates[mine]?.promise;
      return mine;
    };
    const first = [reads.get('a', read), reads.get('a', read)];
    await begun[0]?.promise;
    const second = [reads.get('a', read), reads.get('a', read)];
    gates[0]?.resolve();
    gates[1]?.resolve();
    expect(await Promise.all([...first, ...second])).toEqual([0, 0, 1, 1]);
  });

  it('separates keys, and caches neither values nor failures', async () => {
    const reads = new SharedReads<string>();
    const failing = reads.get('a', () => Promise.reject(new Error('down')));
    const other = reads.get('b', async () => 'b');
    await expect(failing).rejects.toThrow('down');
    expect(await other).toBe('b');
    expect(await reads.get('a', async () => 'a')).toBe('a');
  });
});
