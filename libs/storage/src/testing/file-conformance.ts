import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Current } from './conformance-subject.js';
import { chunked, contents, MIB, options, someKey } from './objects.js';

/** Objects from and into local files. */
export function describeFiles(current: Current): void {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([0, 100_000, 12 * MIB])('stores and returns a file of %i bytes unchanged', async (size) => {
    const { storage, leftovers } = current();
    const key = someKey();
    const bytes = randomBytes(size);
    await writeFile(join(folder, 'in'), bytes, { mode: 0o600 });
    expect(await storage.putFiles([{ key, path: join(folder, 'in') }], options)).toEqual([size]);
    expect((await contents(storage, key)).equals(bytes)).toBe(true);
    expect(await storage.fetchFile(key, join(folder, 'out'))).toBe(true);
    expect((await readFile(join(folder, 'out'))).equals(bytes)).toBe(true);
    expect(await leftovers()).toBe(0);
  });

  it('replaces an object by a file', async () => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(Buffer.from('first'), 5), options);
    await writeFile(join(folder, 'in'), 'second');
    await storage.putFiles([{ key, path: join(folder, 'in') }], options);
    expect((await contents(storage, key)).toString()).toBe('second');
  });

  it('creates no file for a missing object', async () => {
    expect(await current().storage.fetchFile(someKey(), join(folder, 'out'))).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  it('stores several files at once, in one folder and in several', async () => {
    const { storage, leftovers } = current();
    const keys = ['a/1', 'a/2', 'b/1'].map((end) => `${someKey()}/${end}`);
    const files = keys.map((key, index) => ({ key, path: join(folder, String(index)) }));
    for (const { key, path } of files) await writeFile(path, key);
    expect(await storage.putFiles(files, options)).toEqual(keys.map((key) => key.length));
    for (const key of keys) expect((await contents(storage, key)).toString()).toBe(key);
    expect(await storage.putFiles([], options)).toEqual([]);
    expect(await leftovers()).toBe(0);
  });

  it('stores nothing, and leaves nothing unfinished, when a file is missing', async () => {
    const { storage, leftovers } = current();
    const [key, other] = [someKey(), someKey()];
    await writeFile(join(folder, 'in'), 'bytes');
    const files = [
      { key: other, path: join(folder, 'in') },
      { key, path: join(folder, 'none') },
    ];
    await expect(storage.putFiles(files, options)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await storage.head(key)).toBeNull();
    expect(await leftovers()).toBe(0);
  });

  it('does not report a missing folder as a missing object', async () => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(Buffer.from('object'), 6), options);
    await expect(storage.fetchFile(key, join(folder, 'none', 'out'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('does not overwrite an existing file', async () => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(Buffer.from('object'), 6), options);
    await writeFile(join(folder, 'out'), 'mine');
    await expect(storage.fetchFile(key, join(folder, 'out'))).rejects.toThrow(/EEXIST|storage/i);
    expect((await readFile(join(folder, 'out'))).toString()).toBe('mine');
  });

  it('ends both when the signal was aborted before', async () => {
    const { storage } = current();
    const key = someKey();
    await writeFile(join(folder, 'in'), 'bytes');
    const signal = AbortSignal.abort(new Error('called off'));
    const files = [{ key, path: join(folder, 'in') }];
    await expect(storage.putFiles(files, { ...options, signal })).rejects.toThrow('called off');
    await expect(storage.fetchFile(key, join(folder, 'out'), { signal })).rejects.toThrow('called off');
    expect(await storage.head(key)).toBeNull();
  });
}
