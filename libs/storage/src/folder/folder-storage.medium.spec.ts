import { randomBytes, randomUUID } from 'node:crypto';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  statfs,
  symlink,
  writeFile,
  readFile,
  chmod,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDarkroomError } from '@darkroom/errors';
import { contentDisposition } from '../content-disposition.js';
import { describeObjectStorage } from '../testing/conformance.js';
import { createFolderStorage, type FolderStorage } from './folder-storage.js';

const linkSecret = 'a secret of the tests';
const options = { contentType: 'image/jpeg' };

describeObjectStorage('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'darkroom-storage-'));
  const storage = await createFolderStorage({ root, linkSecret });
  return {
    storage,
    leftovers: async () => (await readdir(join(root, '.incoming'))).length,
    leave: () => writeFile(join(root, '.incoming', randomUUID()), 'half'),
    open: (link) => openLink(storage, link),
    dispose: () => rm(root, { recursive: true }),
  };
});

/** A short version of what the api does. */
async function openLink(storage: FolderStorage, link: string) {
  const { pathname, searchParams } = new URL(link, 'http://localhost');
  const key = decodeURIComponent(pathname.slice('/media/'.length));
  try {
    const grant = storage.verifyLink({ key, query: Object.fromEntries(searchParams), url: link }, new Date());
    const found = await storage.get(key);
    const header = contentDisposition(grant.disposition, grant.filename);
    return {
      status: found ? 200 : 404,
      body: found ? await text(found.body) : '',
      contentDisposition: header,
    };
  } catch (error) {
    if (!isDarkroomError(error)) throw error;
    return { status: error.status, body: '', contentDisposition: null };
  }
}

describe('a folder', () => {
  let base: string;
  let root: string;
  let storage: FolderStorage;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'darkroom-storage-'));
    root = join(base, 'data', 'objects');
    storage = await createFolderStorage({ root, linkSecret });
  });
  afterEach(() => rm(base, { recursive: true }));

  describe.skipIf(process.platform !== 'linux').each([
    ['its own', () => mkdtemp(join(base, 'work-')), 1],
    // In memory, not on a disk.
    ['another', () => mkdtemp('/dev/shm/darkroom-work-'), 3],
  ])('with files on %s file system (Linux alone)', (_, makeFolder, inodes) => {
    let folder: string;
    beforeEach(async () => {
      folder = await makeFolder();
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('writes bytes a second time only where a link is not possible', async () => {
      const path = join(folder, 'in');
      await writeFile(path, 'bytes');
      const { ino } = await lstat(path);
      await storage.putFiles([{ key: 'a/b', path }], options);
      await storage.fetchFile('a/b', join(folder, 'out'));
      const files = await Promise.all([join(root, 'a/b'), join(folder, 'out')].map((one) => lstat(one)));
      expect(new Set([ino, ...files.map((file) => file.ino)]).size).toBe(inodes);
      expect((files[0]?.mode ?? 0) & 0o777).toBe(0o640);
      await rm(folder, { recursive: true });
      expect(await readFile(join(root, 'a/b'), 'utf8')).toBe('bytes');
    });

    it('accepts no symbolic link, and leaves its target alone', async () => {
      const secret = join(base, 'secret');
      await writeFile(secret, 'bytes', { mode: 0o600 });
      await symlink(secret, join(folder, 'in'));
      const files = [{ key: 'a/b', path: join(folder, 'in') }];
      await expect(storage.putFiles(files, options)).rejects.toThrow(/is not a file|ELOOP/);
      expect(await storage.head('a/b')).toBeNull();
      expect((await lstat(secret)).mode & 0o777).toBe(0o600);
    });
  });

  it('reports no object as missing while the disk under the folder is', async () => {
    await rm(root, { recursive: true });
    await mkdir(root);
    const unavailable = expect.objectContaining({ code: 'unavailable' });
    await expect(storage.get('a/b.jpg')).rejects.toEqual(unavailable);
    await expect(storage.head('a/b.jpg')).rejects.toEqual(unavailable);
    await expect(storage.delete('a/b.jpg')).rejects.toEqual(unavailable);
    await expect(storage.deletePrefix('a/')).rejects.toEqual(unavailable);
    await expect(storage.list('').next()).rejects.toEqual(unavailable);
    await expect(storage.check()).rejects.toEqual(unavailable);
  });

  it('follows no symbolic link, neither to a file nor to a folder', async () => {
    const outside = join(base, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.jpg'), 'secret');
    await symlink(outside, join(root, 'linked'));
    await symlink(join(outside, 'secret.jpg'), join(root, 'file.jpg'));
    for (const key of ['linked/secret.jpg', 'file.jpg']) {
      expect(await storage.get(key)).toBeNull();
      expect(await storage.head(key)).toBeNull();
      expect(await storage.fetchFile(key, join(base, 'fetched'))).toBe(false);
      await expect(lstat(join(base, 'fetched'))).rejects.toMatchObject({ code: 'ENOENT' });
      await storage.delete(key);
    }
    expect(await storage.deletePrefix('linked/')).toBe(0);
    expect(await keysIn(storage)).toEqual([]);
    await expect(storage.put('linked/new.jpg', bytes('x'), options)).rejects.toThrow(/link/);
    await expect(storage.put('linked/sub/new.jpg', bytes('x'), options)).rejects.toThrow(/link/);
    expect(await readdir(outside)).toEqual(['secret.jpg']);
    // A write replaces the link, not its target.
    await storage.put('file.jpg', bytes('mine'), options);
    expect(await readFile(join(outside, 'secret.jpg'), 'utf8')).toBe('secret');
  });

  it('refuses an .incoming that is a link', async () => {
    await mkdir(join(base, 'other'));
    await symlink(base, join(base, 'other', '.incoming'));
    await expect(createFolderStorage({ root: join(base, 'other'), linkSecret })).rejects.toThrow(/incoming/);
  });

  it('removes empty folders after a delete, up to the root', async () => {
    await storage.put('uploads/1/original.jpg', bytes('x'), options);
    await storage.put('uploads/2/original.jpg', bytes('x'), options);
    await storage.delete('uploads/1/original.jpg');
    expect(await readdir(join(root, 'uploads'))).toEqual(['2']);
    await storage.deletePrefix('uploads/2/');
    expect(await readdir(root)).toEqual(['.incoming']);
  });

  it('loses no put to a delete that empties the same folder', async () => {
    const rounds = Array.from({ length: 200 }, (_, round) => round);
    for (const round of rounds) {
      const [kept, deleted] = [`d/${round % 3}/kept.jpg`, `d/${round % 3}/deleted.jpg`];
      await storage.put(deleted, bytes('x'), options);
      await Promise.all([
        storage.put(kept, bytes('kept'), options),
        storage.delete(deleted),
        storage.deletePrefix(`d/${round % 3}/none/`),
      ]);
      expect(await storage.head(kept)).not.toBeNull();
      await storage.delete(kept);
    }
    expect(await readdir(root)).toEqual(['.incoming']);
  });

  it('lets writers and deleters share one folder without an error', async () => {
    const put = async () => {
      for (let i = 0; i < 60; i += 1) {
        await storage.put(`e/f/${randomUUID()}.jpg`, bytes('x'), options);
        await storage.deletePrefix('e/');
      }
    };
    await Promise.all([put(), put(), put(), put()]);
    expect(await keysIn(storage)).toEqual([]);
    expect(await readdir(root)).toEqual(['.incoming']);
  });

  it('reports how much can still be written', async () => {
    const { bavail, bsize } = await statfs(root);
    // Other processes write to this disk too.
    expect(Math.abs((await storage.freeBytes()) / (bavail * bsize) - 1)).toBeLessThan(0.2);
  });

  it('is unavailable when its folder is missing, and does not create it again', async () => {
    await rm(root, { recursive: true });
    await expect(storage.check()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    await expect(storage.put('a.jpg', bytes('x'), options)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(readdir(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.skipIf(process.getuid?.() === 0)('is unavailable when it may not write', async () => {
    await chmod(join(root, '.incoming'), 0o500);
    await expect(storage.check()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.put('a.jpg', bytes('x'), options)).rejects.toMatchObject({ code: 'unavailable' });
    await chmod(join(root, '.incoming'), 0o700);
  });

  it('gives different bytes of the same length a different ETag', async () => {
    const tags = new Set<string | undefined>();
    for (let i = 0; i < 20; i += 1) {
      await storage.put('same.jpg', randomChunk(), options);
      tags.add((await storage.head('same.jpg'))?.etag);
    }
    expect(tags.size).toBe(20);
  });
});

async function keysIn(storage: FolderStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

async function* bytes(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}

async function* randomChunk(): AsyncGenerator<Uint8Array> {
  yield randomBytes(64);
}
