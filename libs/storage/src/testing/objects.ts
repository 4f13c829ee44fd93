import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { GetOptions, ObjectStorage, OpenedObject, StoredObject } from '../object-storage.js';

export const MIB = 1024 * 1024;
export const options = { contentType: 'image/jpeg' };

/** A different key for each test, so that tests do not share objects. */
export function someKey(): string {
  return `uploads/${randomUUID()}/original.jpg`;
}

export async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
}

export async function opened(
  storage: ObjectStorage,
  key: string,
  how: GetOptions = {},
): Promise<OpenedObject> {
  const found = await storage.get(key, how);
  if (found === null) throw new Error(`${key} does not exist`);
  return found;
}

export async function contents(storage: ObjectStorage, key: string): Promise<Buffer> {
  return buffer((await opened(storage, key)).body);
}

export async function collect(objects: AsyncIterable<StoredObject>): Promise<StoredObject[]> {
  const all: StoredObject[] = [];
  for await (const object of objects) all.push(object);
  return all;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
