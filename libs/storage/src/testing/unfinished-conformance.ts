import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { DOOR_STATUS } from '@darkroom/errors';
import type { ConformanceSubject, Current } from './conformance-subject.js';
import { chunked, collect, contents, MIB, options, someKey } from './objects.js';

/** The part of the conformance suite about puts that fail or never end. */
export function describeUnfinished(current: Current): void {
  it('shows an object only when it is complete', async () => {
    const { storage, leftovers } = current();
    const key = someKey();
    const gate = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    async function* source() {
      yield randomBytes(6 * MIB);
      taken.resolve();
      await gate.promise;
      yield randomBytes(10);
    }
    const put = storage.put(key, source(), options);
    await taken.promise;
    expect(await storage.head(key)).toBeNull();
    expect(await storage.get(key)).toBeNull();
    expect(await collect(storage.list(key))).toEqual([]);
    gate.resolve();
    await put;
    expect((await storage.head(key))?.bytes).toBe(6 * MIB + 10);
    expect(await leftovers()).toBe(0);
  });

  it.each([10, 11 * MIB])('leaves nothing of a source that throws after %i bytes', async (size) => {
    const fault = new Error('the client disconnected');
    async function* source() {
      yield randomBytes(size);
      throw fault;
    }
    await expectNothingLeft(current(), (key) => current().storage.put(key, source(), options), fault);
  });

  it.each([10, 11 * MIB])('leaves nothing after an abort at %i bytes of a silent source', async (size) => {
    const abort = new AbortController();
    const reason = new Error('shutting down');
    async function* source() {
      yield randomBytes(size);
      abort.abort(reason);
      await new Promise<never>(() => {});
    }
    const put = (key: string) => current().storage.put(key, source(), { ...options, signal: abort.signal });
    await expectNothingLeft(current(), put, reason);
  });

  it('reads nothing after an abort before the start', async () => {
    const reason = new Error('too late');
    async function* source() {
      yield randomBytes(1);
    }
    const signal = AbortSignal.abort(reason);
    const put = (key: string) => current().storage.put(key, source(), { ...options, signal });
    await expectNothingLeft(current(), put, reason);
  });

  it.each([100, 6 * MIB])('throws too_large above the %i bytes allowed, and leaves nothing', async (max) => {
    const { storage } = current();
    const bytes = randomBytes(max + 1);
    const put = (key: string) => storage.put(key, chunked(bytes, MIB), { ...options, maxBytes: max });
    await expectNothingLeft(current(), put, { code: 'too_large', status: DOOR_STATUS.too_large });
    const key = someKey();
    await storage.put(key, chunked(bytes.subarray(1), MIB), { ...options, maxBytes: max });
    expect((await storage.head(key))?.bytes).toBe(max);
  });

  it('finds the unfinished write of a dead process once it is old enough, and can abort it', async () => {
    const { storage, leave, leftovers } = current();
    const before = new Date(Date.now() - 60_000);
    await leave();
    expect(await leftovers()).toBe(1);
    expect(await storage.unfinishedWrites(before)).toEqual([]);
    const after = new Date(Date.now() + 60_000);
    const [left, ...others] = await storage.unfinishedWrites(after);
    if (left === undefined) throw new Error('the unfinished write was not found');
    expect(others).toEqual([]);
    await storage.discardUnfinished(left);
    await storage.discardUnfinished(left);
    expect(await leftovers()).toBe(0);
    expect(await storage.unfinishedWrites(after)).toEqual([]);
  });

  it('keeps the older object when an overwrite fails', async () => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(Buffer.from('older'), 5), options);
    await expect(
      storage.put(key, chunked(randomBytes(100), 10), { ...options, maxBytes: 50 }),
    ).rejects.toMatchObject({ code: 'too_large' });
    expect((await contents(storage, key)).toString()).toBe('older');
  });
}

async function expectNothingLeft(
  { storage, leftovers }: ConformanceSubject,
  put: (key: string) => Promise<unknown>,
  error: object,
): Promise<void> {
  const key = someKey();
  const outcome = await put(key).then(
    () => 'resolved',
    (thrown: unknown) => thrown,
  );
  if (error instanceof Error) expect(outcome).toBe(error);
  else expect(outcome).toMatchObject(error);
  expect(await storage.head(key)).toBeNull();
  expect(await leftovers()).toBe(0);
}
