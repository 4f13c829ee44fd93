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
  /** Size of the whole archive. It is known in advance because nothing is compressed. */
  bytes: number;
}

/**
 * Streams objects as a ZIP file. They are opened one after the other, so that memory stays flat for any size.
 * Destroying the body closes the open object. If reading an object fails, the body is destroyed, and the client sees a
 * failed download.
 */
export function zipOriginals(storage: ObjectStorage, entries: readonly ZipEntry[]): ZipStream {
  const zip = new ZipFile();
  const body = new PassThrough();
  const stopped = new AbortController();
  body.once('close', () => stopped.abort());
  zip.on('error', (error: Error) => body.destroy(error));
  const openEntry = async (pass: (error: unknown, opened: Readable) => void, key: string): Promise<void> => {
    try {
      const opened = await open(storage, key, stopped.signal);
      // yazl pipes the object and does not handle its errors.
      opened.once('error', (error) => body.destroy(error));
      pass(null, opened);
    } catch (error) {
      body.destroy(error as Error);
    }
  };
  for (const { key, name, bytes, modifiedAt } of entries) {
    zip.addReadStreamLazy(name, { size: bytes, mtime: modifiedAt, compress: false }, (pass) => {
      void openEntry(pass, key);
    });
  }
  let size = 0;
  const setSize = (total: number): void => {
    size = total;
  };
  // The types of yazl omit the callback's argument. The callback runs at once, because every size is known.
  zip.end({ forceZip64Format: false, comment: '' }, setSize as () => void);
  zip.outputStream.pipe(body);
  return { body, bytes: size };
}

async function open(storage: ObjectStorage, key: string, signal: AbortSignal): Promise<Readable> {
  const opened = await storage.get(key, { signal });
  if (opened === null)
    throw doorError('not_found', 'An original was deleted during the download of the archive.');
  return opened.body;
}
