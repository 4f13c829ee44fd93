import { PassThrough, type Readable } from 'node:stream';
import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  key: string;
  /** Path in the archive. */
  name: string;
  bytes: number;
  modifiedAt: Date;
}

export interface ZipStream {
  body: Readable;
  /** Of the whole archive: nothing is compressed, so it is known before. */
  bytes: number;
}

/**
 * Streams objects as a ZIP file: one after the other, each opened when its turn comes, so that memory stays flat
 * whatever their size. Destroying the body closes the object that is being read; an object that breaks off destroys the
 * body, which a client sees as a download that failed.
 */
export function zipOriginals(storage: ObjectStorage, entries: readonly ZipEntry[]): ZipStream {
  const zip = new ZipFile();
  const body = new PassThrough();
  const stopped = new AbortController();
  body.once('close', () => stopped.abort());
  zip.on('error', (error: Error) => body.destroy(error));
  const hand = async (give: (error: unknown, opened: Readable) => void, key: string): Promise<void> => {
    try {
      const opened = await open(storage, key, stopped.signal);
      // yazl pipes and does not look after what it reads from.
      opened.once('error', (error) => body.destroy(error));
      give(null, opened);
    } catch (error) {
      body.destroy(error as Error);
    }
  };
  for (const { key, name, bytes, modifiedAt } of entries) {
    zip.addReadStreamLazy(name, { size: bytes, mtime: modifiedAt, compress: false }, (give) => {
      void hand(give, key);
    });
  }
  let size = 0;
  const learn = (total: number): void => {
    size = total;
  };
  // Its types leave the callback's argument out; it is called at once, because every size is known.
  zip.end({ forceZip64Format: false, comment: '' }, learn as () => void);
  zip.outputStream.pipe(body);
  return { body, bytes: size };
}

async function open(storage: ObjectStorage, key: string, signal: AbortSignal): Promise<Readable> {
  const opened = await storage.get(key, { signal });
  if (opened === null) throw doorError('not_found', 'An original was deleted while the archive was made.');
  return opened.body;
}
