import { describe, expect, it } from 'vitest';
import { SharedReads } from './shared-reads.js';

describe('SharedReads', () => {
  it('reads once for all who ask before it begins, and again for who asks while it is under way', async () => {
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

  it('keeps keys apart, and remembers neither values nor failures', async () => {
    const reads = new SharedReads<string>();
    const failing = reads.get('a', () => Promise.reject(new Error('away')));
    const other = reads.get('b', async () => 'b');
    await expect(failing).rejects.toThrow('away');
    expect(await other).toBe('b');
    expect(await reads.get('a', async () => 'a')).toBe('a');
  });
});
