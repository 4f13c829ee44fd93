import { constants, lstatSync, type BigIntStats } from 'node:fs';
import { lstat, mkdir, open, realpath, unlink, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { unavailable } from '@darkroom/errors';
import { errnoOf, isAbsent, onDisk, toDiskError } from '../disk-errors.js';
import { rangeNotSatisfiable } from '../errors.js';
import { freeBytesOf } from '../free-bytes.js';
import { guardedBody } from '../guarded-body.js';
import { MeteredSource } from '../metered-source.js';
import type {
  ByteRange,
  GetOptions,
  LinkGrant,
  LinkOptions,
  LinkRequest,
  ListOptions,
  LocalFile,
  ObjectStorage,
  OpenedObject,
  PutOptions,
  StoredObject,
  UnfinishedWrite,
  WrittenObject,
} from '../object-storage.js';
import { assertDeletablePrefix, assertKey, assertPrefix } from '../storage-key.js';
import { areRealFolders, pathOfKey, pruneFolders } from './folder-path.js';
import { walkKeys } from './folder-walk.js';
import { Incoming } from './incoming.js';
import { linkOrCopy } from './link-or-copy.js';
import { MadeFolders } from './made-folders.js';
import { placeFiles, type PlacedFile } from './place-files.js';
import { MediaLinks } from './media-link.js';

/** Bytes read at a time. Each chunk costs the event loop more than its bytes do. */
const READ_BYTES = 512 * 1024;
// Follow no link, and never wait for the other end of a pipe. Windows has neither flag.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface FolderStorageOptions {
  /** Created when it does not exist. Everything in it belongs to this storage alone. */
  root: string;
  /** Signs links; every process that signs or serves them needs the same secret. */
  linkSecret: string;
  /** Path at which the api serves links. Default: `/media`. */
  basePath?: string;
}

/**
 * Stores objects as files in a folder.
 *
 * @throws DarkroomError `unavailable` when the folder cannot be created or written
 */
export async function createFolderStorage(options: FolderStorageOptions): Promise<FolderStorage> {
  const links = new MediaLinks(options.linkSecret, options.basePath ?? '/media');
  return onDisk(async () => {
    await mkdir(options.root, { recursive: true, mode: 0o750 });
    const root = await realpath(options.root);
    const incoming = new Incoming(root);
    await incoming.prepare();
    return new FolderStorage(root, incoming, links);
  });
}

/** Created by `createFolderStorage`. */
export class FolderStorage implements ObjectStorage {
  readonly kind = 'folder';
  readonly #root: string;
  readonly #incoming: Incoming;
  readonly #links: MediaLinks;
  readonly #made: MadeFolders;

  constructor(root: string, incoming: Incoming, links: MediaLinks) {
    this.#root = root;
    this.#incoming = incoming;
    this.#links = links;
    this.#made = new MadeFolders(root);
  }

  async put(
    key: string,
    source: AsyncIterable<Uint8Array> | Readable,
    options: PutOptions,
  ): Promise<WrittenObject> {
    assertKey(key);
    const metered = new MeteredSource(source, options);
    try {
      const file = await this.#incoming.write(metered);
      await this.#place([{ file, path: pathOfKey(this.#root, key) }]);
      return metered.written(key);
    } finally {
      metered.destroy();
    }
  }

  async get(key: string, options: GetOptions = {}): Promise<OpenedObject | null> {
    assertKey(key);
    options.signal?.throwIfAborted();
    return onDisk(async () => {
      const handle = await this.#open(key);
      if (handle === null) {
        await this.#incoming.assertThere();
        return null;
      }
      try {
        const object = describe(key, await handle.stat({ bigint: true }));
        const range = clampRange(options.range, object.bytes);
        // The stream closes the handle at its end, and when it is destroyed.
        const file = handle.createReadStream({ ...range, highWaterMark: READ_BYTES });
        return { object, body: guardedBody(file, toDiskError, options.signal) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  async fetchFile(key: string, path: string, { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
    assertKey(key);
    signal?.throwIfAborted();
    return onDisk(async () => {
      const { file, folders } = pathOfKey(this.#root, key);
      // A link, or a file behind one, is not an object.
      if (await areRealFolders(folders)) {
        try {
          await linkOrCopy(file, path);
          if (lstatSync(path).isFile()) return true;
          await unlink(path);
        } catch (error) {
          // The object was deleted meanwhile, or is a link. Otherwise the folder of `path` is missing, and no object is lost.
          if ((await this.#head(key)) !== null) throw error;
        }
      }
      await this.#incoming.assertThere();
      return false;
    });
  }

  async putFiles(files: readonly LocalFile[], { signal }: Omit<PutOptions, 'maxBytes'>): Promise<number[]> {
    for (const { key } of files) assertKey(key);
    signal?.throwIfAborted();
    const taken = await this.#incoming.takeAll(files.map(({ path }) => path));
    await this.#place(
      files.map(({ key }, index) => ({ file: taken[index]?.path ?? '', path: pathOfKey(this.#root, key) })),
    );
    return taken.map(({ bytes }) => bytes);
  }

  async head(key: string): Promise<StoredObject | null> {
    assertKey(key);
    return onDisk(async () => {
      const object = await this.#head(key);
      if (object === null) await this.#incoming.assertThere();
      return object;
    });
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await onDisk(async () => {
      if (!(await this.#delete(key))) await this.#incoming.assertThere();
    });
  }

  async deletePrefix(prefix: string): Promise<number> {
    assertDeletablePrefix(prefix);
    return onDisk(async () => {
      let deleted = 0;
      for await (const key of walkKeys(this.#root, prefix, '')) {
        if (await this.#delete(key)) deleted += 1;
      }
      await this.#incoming.assertThere();
      return deleted;
    });
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    assertPrefix(prefix);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    const keys = walkKeys(this.#root, prefix, options.after ?? '');
    while (left > 0) {
      const next = await onDisk(() => keys.next());
      if (next.done) {
        await this.#incoming.assertThere();
        return;
      }
      const object = await this.head(next.value);
      // Null: deleted after its name was read.
      if (object === null) continue;
      left -= 1;
      yield object;
    }
  }

  async unfinishedWrites(before: Date): Promise<UnfinishedWrite[]> {
    return onDisk(async () => (await this.#incoming.unfinished(before)).map((id) => ({ id })));
  }

  async discardUnfinished({ id }: UnfinishedWrite): Promise<void> {
    await onDisk(() => this.#incoming.remove(id));
  }

  async freeBytes(): Promise<number> {
    return onDisk(() => freeBytesOf(this.#root));
  }

  async link(key: string, options: LinkOptions): Promise<string> {
    assertKey(key);
    return this.#links.sign(key, options);
  }

  verifyLink(request: LinkRequest, now: Date): LinkGrant {
    return this.#links.verify(request, now);
  }

  async check(): Promise<void> {
    try {
      // One byte, because a full disk can still create empty files.
      const probe = await this.#incoming.write(probeBytes());
      await unlink(probe);
    } catch (error) {
      throw unavailable('storage', error);
    }
  }

  async close(): Promise<void> {}

  async #place(files: readonly PlacedFile[]): Promise<void> {
    try {
      await onDisk(() => placeFiles(files, this.#made));
    } catch (error) {
      for (const { file } of files) await this.#incoming.discard(file);
      throw error;
    }
    const paths = files.map(({ path }) => path);
    await onDisk(() => this.#made.flush(paths));
  }

  async #open(key: string): Promise<FileHandle | null> {
    const path = pathOfKey(this.#root, key);
    if (!(await areRealFolders(path.folders))) return null;
    try {
      const handle = await open(path.file, READ_FLAGS);
      if ((await handle.stat()).isFile()) return handle;
      await handle.close();
      return null;
    } catch (error) {
      // ELOOP, or EMLINK on FreeBSD: the last segment is a link.
      if (isAbsent(error) || ['ELOOP', 'EMLINK', 'EISDIR'].includes(errnoOf(error) ?? '')) return null;
      throw error;
    }
  }

  async #head(key: string): Promise<StoredObject | null> {
    const path = pathOfKey(this.#root, key);
    if (!(await areRealFolders(path.folders))) return null;
    try {
      const stats = await lstat(path.file, { bigint: true });
      return stats.isFile() ? describe(key, stats) : null;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async #delete(key: string): Promise<boolean> {
    if ((await this.#head(key)) === null) return false;
    const path = pathOfKey(this.#root, key);
    try {
      await unlink(path.file);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      return false;
    }
    await pruneFolders(path.folders);
    return true;
  }
}

async function* probeBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('.');
}

function describe(key: string, stats: BigIntStats): StoredObject {
  // Each write renames a new file into place: another inode or, when the inode is reused, another nanosecond.
  const etag = [stats.mtimeNs, stats.size, stats.ino].map((part) => part.toString(36)).join('-');
  return { key, bytes: Number(stats.size), modifiedAt: stats.mtime, etag: `"${etag}"` };
}

function clampRange(range: ByteRange | undefined, bytes: number): ByteRange | undefined {
  if (range === undefined) return undefined;
  if (range.start >= bytes) throw rangeNotSatisfiable(bytes);
  return { start: range.start, end: Math.min(range.end, bytes - 1) };
}
