import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteRange } from '../object-storage.js';
import type { ConformanceSubject, Current } from './conformance-subject.js';
import { describeFiles } from './file-conformance.js';
import { describeListing } from './listing-conformance.js';
import { chunked, collect, contents, MIB, opened, options, sha256, someKey } from './objects.js';
import { describeUnfinished } from './unfinished-conformance.js';

/** What every storage must do; each adapter's spec runs it against the real storage. */
export function describeObjectStorage(name: string, create: () => Promise<ConformanceSubject>): void {
  describe(`object storage on ${name}`, () => {
    let subject: ConformanceSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(() => subject?.dispose());
    const current = () => subject;

    describe('put and get', () => describeWriting(current));
    describe('unfinished puts', () => describeUnfinished(current));
    describe('files', () => describeFiles(current));
    describe('ranges', () => describeRanges(current));
    describe('list and delete', () => describeListing(() => subject.storage));
    describe('links', () => describeLinks(current));
    describe('life', () => describeLife(current));
  });
}

function describeWriting(current: Current): void {
  it('returns the bytes, their number and their hash', async () => {
    const { storage } = current();
    const key = someKey();
    const bytes = randomBytes(100_000);
    const written = await storage.put(key, chunked(bytes, 7_001), options);
    expect(written).toEqual({ key, bytes: 100_000, sha256: sha256(bytes) });
    const { object, body } = await opened(storage, key);
    expect((await buffer(body)).equals(bytes)).toBe(true);
    expect(object).toEqual(await storage.head(key));
    expect(object.bytes).toBe(100_000);
    expect(object.etag).toMatch(/^"[^"]+"$/);
    expect(Math.abs(object.modifiedAt.getTime() - Date.now())).toBeLessThan(600_000);
  });

  it('stores an object without bytes', async () => {
    const { storage } = current();
    const key = someKey();
    const written = await storage.put(key, chunked(Buffer.alloc(0), 1), options);
    expect(written).toEqual({ key, bytes: 0, sha256: sha256(Buffer.alloc(0)) });
    const { object, body } = await opened(storage, key);
    expect(object.bytes).toBe(0);
    expect((await buffer(body)).byteLength).toBe(0);
  });

  it('stores an object of several parts', async () => {
    const { storage, leftovers } = current();
    const key = someKey();
    const bytes = randomBytes(12 * MIB + 345);
    const written = await storage.put(key, chunked(bytes, 1_000_003), options);
    expect(written).toEqual({ key, bytes: bytes.byteLength, sha256: sha256(bytes) });
    expect(sha256(await contents(storage, key))).toBe(sha256(bytes));
    expect(await leftovers()).toBe(0);
  });

  it.each([5 * MIB, 5 * MIB + 1, 10 * MIB])('stores %i bytes, at a boundary of parts', async (size) => {
    const { storage } = current();
    const key = someKey();
    const bytes = randomBytes(size);
    await storage.put(key, chunked(bytes, 3 * MIB), options);
    expect(sha256(await contents(storage, key))).toBe(sha256(bytes));
  });

  it.each(['größe/日本語 📷/a+b &c=d%20#?.jpg', "it's (1)*!~.jpg"])('accepts the key %s', async (name) => {
    const { storage } = current();
    const folder = `${randomUUID()}/`;
    await storage.put(folder + name, chunked(Buffer.from('x'), 1), options);
    expect((await contents(storage, folder + name)).toString()).toBe('x');
    expect((await collect(storage.list(folder))).map(({ key }) => key)).toEqual([folder + name]);
    await storage.delete(folder + name);
    expect(await storage.head(folder + name)).toBeNull();
  });

  it('overwrites; a reader of the older object can finish reading it', async () => {
    const { storage } = current();
    const key = someKey();
    const [first, second] = [randomBytes(3 * MIB), randomBytes(2 * MIB)];
    await storage.put(key, chunked(first, MIB), options);
    const older = await opened(storage, key);
    await storage.put(key, chunked(second, MIB), options);
    expect(sha256(await buffer(older.body))).toBe(sha256(first));
    expect(sha256(await contents(storage, key))).toBe(sha256(second));
    expect((await storage.head(key))?.etag).not.toBe(older.object.etag);
  });

  it('overwrites with the same, from many writers at once', async () => {
    const { storage, leftovers } = current();
    const key = someKey();
    const bytes = randomBytes(50_000);
    await Promise.all(Array.from({ length: 8 }, () => storage.put(key, chunked(bytes, 9_999), options)));
    expect(sha256(await contents(storage, key))).toBe(sha256(bytes));
    expect(await leftovers()).toBe(0);
  });

  it('returns null for a missing object', async () => {
    const { storage } = current();
    expect(await storage.get(someKey())).toBeNull();
    expect(await storage.get(someKey(), { range: { start: 0, end: 1 } })).toBeNull();
    expect(await storage.head(someKey())).toBeNull();
    await storage.put('there/a/b.jpg', chunked(Buffer.from('x'), 1), options);
    expect(await storage.head('there/a')).toBeNull();
    expect(await storage.get('there/a')).toBeNull();
    expect(await storage.head('there/a/b.jpg/c')).toBeNull();
  });

  it('aborts a read', async () => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(randomBytes(4 * MIB), MIB), options);
    const abort = new AbortController();
    const { body } = await opened(storage, key, { signal: abort.signal });
    abort.abort();
    await expect(buffer(body)).rejects.toMatchObject({ name: 'AbortError' });
    await expect(storage.get(key, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it.each(BAD_KEYS)('refuses the key %j in every call', async (key) => {
    const { storage } = current();
    const fault = /Not a storage key/;
    await expect(storage.put(key, chunked(Buffer.from('x'), 1), options)).rejects.toThrow(fault);
    await expect(storage.get(key)).rejects.toThrow(fault);
    await expect(storage.head(key)).rejects.toThrow(fault);
    await expect(storage.delete(key)).rejects.toThrow(fault);
    await expect(storage.link(key, linkTerms())).rejects.toThrow(fault);
  });
}

const BAD_KEYS = [
  '',
  '/etc/passwd',
  '../up',
  'a/../../up',
  'a/..',
  './a',
  'a//b',
  'a/',
  'a\\b',
  'a\0b',
  'a\nb',
  'a\ud800b',
  '.incoming/x',
  'a'.repeat(256),
  'ä/'.repeat(400) + 'x',
];

function describeRanges(current: Current): void {
  const bytes = Buffer.from('0123456789');
  const ranges: [string, ByteRange, string][] = [
    ['the first byte', { start: 0, end: 0 }, '0'],
    ['a middle', { start: 3, end: 5 }, '345'],
    ['a suffix', { start: 7, end: 9 }, '789'],
    ['the whole', { start: 0, end: 9 }, '0123456789'],
    ['an end past the object', { start: 8, end: 1_000 }, '89'],
  ];
  it.each(ranges)('gives %s', async (_, range, expected) => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(bytes, 4), options);
    const { object, body } = await opened(storage, key, { range });
    expect((await buffer(body)).toString()).toBe(expected);
    expect(object).toEqual(await storage.head(key));
  });

  it.each([0, 10])('refuses a start past the end of %i bytes', async (size) => {
    const { storage } = current();
    const key = someKey();
    await storage.put(key, chunked(bytes.subarray(0, size), 4), options);
    await expect(storage.get(key, { range: { start: size, end: size } })).rejects.toMatchObject({
      code: 'invalid_request',
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
    });
  });
}

function describeLinks(current: Current): void {
  it('opens one object without any session', async () => {
    const { storage, open } = current();
    const key = `${randomUUID()}/ö +&%.jpg`;
    await storage.put(key, chunked(Buffer.from('the bytes'), 9), options);
    const link = await storage.link(key, { ...linkTerms(), disposition: 'attachment', filename: 'ä".jpg' });
    expect(await open(link)).toEqual({
      status: 200,
      body: 'the bytes',
      contentDisposition: `attachment; filename="__.jpg"; filename*=UTF-8''%C3%A4%22.jpg`,
    });
  });

  it('is the same for the same inputs, and different for others', async () => {
    const { storage } = current();
    const terms = linkTerms();
    const link = await storage.link('a/b.jpg', terms);
    expect(await storage.link('a/b.jpg', { ...terms })).toBe(link);
    expect(await storage.link('a/c.jpg', terms)).not.toBe(link);
    expect(await storage.link('a/b.jpg', { ...terms, filename: 'x' })).not.toBe(link);
    expect(await storage.link('a/b.jpg', { ...terms, disposition: 'attachment' })).not.toBe(link);
    const later = new Date(terms.expiresAt.getTime() + 1_000);
    expect(await storage.link('a/b.jpg', { ...terms, expiresAt: later })).not.toBe(link);
  });

  it('opens nothing after it has expired', async () => {
    const { storage, open } = current();
    const key = someKey();
    await storage.put(key, chunked(Buffer.from('x'), 1), options);
    const issuedAt = new Date(Date.now() - 3_600_000);
    const link = await storage.link(key, { issuedAt, expiresAt: new Date(Date.now() - 1_000) });
    expect((await open(link)).status).toBe(403);
  });

  it('opens nothing after a change', async () => {
    const { storage, open } = current();
    const [key, other] = [someKey(), someKey()];
    for (const each of [key, other]) await storage.put(each, chunked(Buffer.from('x'), 1), options);
    const link = await storage.link(key, { ...linkTerms(), filename: 'one' });
    for (const changed of [
      link.replace(key, other),
      link.replace('one', 'two'),
      link.replace(/(ignature=)(.)/, (_, name, first) => name + (first === 'a' ? 'b' : 'a')),
    ]) {
      expect(changed).not.toBe(link);
      expect((await open(changed)).status).toBe(403);
    }
  });

  it('is verified exactly where the api serves it', async () => {
    const { storage } = current();
    const link = await storage.link('a/b.jpg', { ...linkTerms(), disposition: 'attachment', filename: 'x' });
    const verify = (url: string) => storage.verifyLink({ key: 'a/b.jpg', ...queryOf(url), url }, new Date());
    const leadsElsewhere = URL.canParse(link);
    expect(verify(link)).toEqual(leadsElsewhere ? null : { disposition: 'attachment', filename: 'x' });
    const changed = link.replace('b.jpg', 'c.jpg');
    if (leadsElsewhere) expect(verify(changed)).toBeNull();
    else expect(() => verify(changed)).toThrow(expect.objectContaining({ code: 'forbidden', status: 403 }));
  });
}

function queryOf(link: string): { query: Record<string, string> } {
  return { query: Object.fromEntries(new URL(link, 'http://localhost').searchParams) };
}

function describeLife(current: Current): void {
  it('is ready', async () => {
    await expect(current().storage.check()).resolves.toBeUndefined();
  });
}

function linkTerms(): { issuedAt: Date; expiresAt: Date } {
  const issuedAt = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  return { issuedAt, expiresAt: new Date(issuedAt.getTime() + 3_600_000) };
}
