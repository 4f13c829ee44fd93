import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MeteredSource } from './metered-source.js';

describe('MeteredSource', () => {
  it('counts and hashes, and accepts a Readable as well', async () => {
    const metered = new MeteredSource(Readable.from([Buffer.from('a'), Buffer.from('bc')]), { maxBytes: 3 });
    const seen: Uint8Array[] = [];
    for await (const chunk of metered) seen.push(chunk);
    expect(Buffer.concat(seen).toString()).toBe('abc');
    expect(metered.written('k')).toEqual({
      key: 'k',
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('holds no chunk after it has passed, so that an upload needs no more memory than its part', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const chunks: WeakRef<Uint8Array>[] = [];
    async function* source() {
      for (let index = 0; index < 100; index += 1) {
        const chunk = Buffer.alloc(1_000);
        chunks.push(new WeakRef(chunk));
        yield chunk;
      }
    }
    let read = 0;
    for await (const _ of new MeteredSource(source(), { signal: new AbortController().signal })) {
      read += 1;
      if (read < 100) continue;
      // A WeakRef holds its target until the job that created it is over.
      await setImmediate();
      collect();
      const alive = chunks.filter((chunk) => chunk.deref() !== undefined).length;
      expect(alive).toBeLessThan(10);
    }
    expect(read).toBe(100);
  });

  it('throws the reason of an abort although the source is silent, and destroys the source', async () => {
    const source = new Readable({ read() {} });
    const abort = new AbortController();
    const metered = new MeteredSource(source, { signal: abort.signal });
    const next = metered[Symbol.asyncIterator]().next();
    const reason = new Error('shutting down');
    abort.abort(reason);
    await expect(next).rejects.toBe(reason);
    metered.destroy();
    expect(source.destroyed).toBe(true);
  });

  it('rethrows the source’s error unchanged', async () => {
    const fault = Object.assign(new Error('connection lost'), { code: 'EIO' });
    const source = new Readable({ read: () => source.destroy(fault) });
    const read = async () => {
      for await (const _ of new MeteredSource(source, {})) expect.unreachable();
    };
    await expect(read()).rejects.toBe(fault);
  });
});
