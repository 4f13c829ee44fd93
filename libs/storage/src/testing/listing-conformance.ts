import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ListOptions, ObjectStorage } from '../object-storage.js';

/** The part of the conformance suite about many objects. */
export function describeListing(current: () => ObjectStorage): void {
  it('lists more than a page in byte order, and deletes it', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    const names = Array.from({ length: 1_050 }, (_, index) => `${index % 7}/${index}.jpg`);
    await putAll(storage, folder, names);
    const sorted = inByteOrder(names);
    expect(await namesBelow(storage, folder)).toEqual(sorted);
    expect(await namesBelow(storage, folder, { limit: 1_020 })).toEqual(sorted.slice(0, 1_020));
    const after = sorted[500] ?? '';
    expect(await namesBelow(storage, folder, { after: folder + after, limit: 20 })).toEqual(
      sorted.slice(501, 521),
    );
    expect(await storage.deletePrefix(folder)).toBe(1_050);
    expect(await namesBelow(storage, folder)).toEqual([]);
    expect(await storage.deletePrefix(folder)).toBe(0);
  }, 180_000);

  it('sorts by the bytes of the whole key, folders among files', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    const names = ['a/b', 'a.jpg', 'a-/c', 'a0', 'B', 'b/a/x', 'b.a', 'é', '～', '\u{1f600}', '~'];
    await putAll(storage, folder, names);
    const sorted = inByteOrder(names);
    expect(await namesBelow(storage, folder)).toEqual(sorted);
    for (const [index, name] of sorted.entries()) {
      expect(await namesBelow(storage, folder, { after: folder + name })).toEqual(sorted.slice(index + 1));
    }
    // Start keys that do not exist: a folder's own name, and one inside a folder.
    expect(await namesBelow(storage, folder, { after: `${folder}a/a` })).toEqual(
      inByteOrder([...names, 'a/a']).slice(sorted.indexOf('a/b') + 1),
    );
  });

  it('matches a prefix as text, not by folders', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    await putAll(storage, folder, ['ab/1', 'abc/2', 'abc/3/4', 'b/5']);
    expect(await namesBelow(storage, `${folder}ab`)).toEqual(['/1', 'c/2', 'c/3/4']);
    expect(await namesBelow(storage, `${folder}ab/`)).toEqual(['1']);
    expect(await namesBelow(storage, `${folder}abc/3`)).toEqual(['/4']);
    expect(await namesBelow(storage, `${folder}none/`)).toEqual([]);
    expect(await namesBelow(storage, folder.slice(0, -1))).toHaveLength(4);
  });

  it('describes what it lists as head does', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    await putAll(storage, folder, ['one', 'two']);
    for await (const object of storage.list(folder)) {
      const head = await storage.head(object.key);
      // S3's headers have whole seconds, its listings milliseconds.
      expect({ ...object, modifiedAt: seconds(object.modifiedAt) }).toEqual(
        head && { ...head, modifiedAt: seconds(head.modifiedAt) },
      );
    }
    expect(await namesBelow(storage, folder)).toEqual(['one', 'two']);
  });

  it('deletes what is below a prefix and nothing else', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    await putAll(storage, folder, ['a/1', 'a/2/3', 'ab', 'a.b']);
    expect(await storage.deletePrefix(`${folder}a/`)).toBe(2);
    expect(await namesBelow(storage, folder)).toEqual(['a.b', 'ab']);
    for (const prefix of ['', 'a', `${folder}a`, '/', '../', 'a//']) {
      await expect(storage.deletePrefix(prefix)).rejects.toThrow(/prefix/);
    }
    expect(await namesBelow(storage, folder)).toEqual(['a.b', 'ab']);
  });

  it('deletes one, twice', async () => {
    const storage = current();
    const folder = `${randomUUID()}/`;
    await putAll(storage, folder, ['a/1', 'a/2']);
    await storage.delete(`${folder}a/1`);
    await storage.delete(`${folder}a/1`);
    expect(await namesBelow(storage, folder)).toEqual(['a/2']);
    await storage.delete(`${folder}a`);
    expect(await namesBelow(storage, folder)).toEqual(['a/2']);
  });
}

async function putAll(storage: ObjectStorage, folder: string, names: readonly string[]): Promise<void> {
  const left = [...names];
  const writer = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await storage.put(folder + name, bytesOf(name), { contentType: 'text/plain' });
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function namesBelow(storage: ObjectStorage, prefix: string, how: ListOptions = {}): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of storage.list(prefix, how)) names.push(key.slice(prefix.length));
  return names;
}

function inByteOrder(names: readonly string[]): string[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
