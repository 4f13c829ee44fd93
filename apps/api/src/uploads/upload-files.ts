import { createHash } from 'node:crypto';
import {
  inputFormatNames,
  isStorable,
  originalKey,
  type OriginalContentType,
  type RejectedFile,
  sniff,
  SNIFF_BYTES,
} from '@darkroom/contracts';
import { DarkroomError, formatBytes, isDarkroomError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { v7 as uuidv7 } from 'uuid';
import { invalid } from '../http/validate.js';
import type { FileBody } from './file-body.js';
import { cleanFileName } from './file-name.js';

export interface StoredFile {
  kind: 'stored';
  id: string;
  createdAt: Date;
  filename: string;
  contentType: OriginalContentType;
  bytes: number;
  sha256: string;
}

export interface RefusedFile extends RejectedFile {
  kind: 'rejected';
  status: number;
  bytes: number;
  /** Hash of the bytes that were not stored. It identifies a repeated file. */
  sha256: string;
}

export type ReceivedFile = StoredFile | RefusedFile;

/** Stores the bytes of an accepted file, and returns their number and their hash. */
export type Keep = (
  id: string,
  contentType: OriginalContentType,
  body: AsyncIterable<Uint8Array>,
) => Promise<{ bytes: number; sha256: string }>;

/** Streams accepted files into storage. */
export function keepIn(storage: ObjectStorage, signal: AbortSignal): Keep {
  return (id, contentType, body) => storage.put(originalKey(id, contentType), body, { contentType, signal });
}

/** Reads and hashes accepted files without storing them, to compare a repeated request with the first one. */
export const keepNothing: Keep = async (_id, _contentType, body) => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
};

/**
 * Receives one file of an upload: detects its type from its first bytes and stores it as it arrives. A refused file is
 * read to its end too, because the next files wait behind it.
 *
 * @param maxBytes - maximum bytes per file
 * @returns the file, or the reason why it was refused
 * @throws DarkroomError `unavailable` when storage is down; `invalid_request` when the client disconnects
 */
export async function receiveFile(
  file: { filename: string | undefined; body: FileBody },
  maxBytes: number,
  keep: Keep,
): Promise<ReceivedFile> {
  if (file.filename !== undefined && !isStorable(file.filename)) {
    throw invalid([
      {
        field: 'file',
        message: 'a file name must not contain a NUL or a lone surrogate',
      },
    ]);
  }
  const filename = cleanFileName(file.filename);
  // Before any wait, and with the generator's own time, so that ids of one millisecond keep the order of the files.
  const id = uuidv7();
  const createdAt = timeOf(id);
  const counted = new CountedBody(file.body, maxBytes);
  const head = await file.body.head(SNIFF_BYTES);
  const contentType = sniff(head);
  const refuse = async (
    code: RejectedFile['code'],
    status: number,
    message: string,
  ): Promise<RefusedFile> => {
    const sha256 = await counted.drain();
    return { kind: 'rejected', filename, code, status, message, bytes: counted.bytes, sha256 };
  };
  if (contentType === null)
    return refuse('unsupported_media_type', 415, unsupportedMessage(filename, head.length === 0));
  try {
    return {
      kind: 'stored',
      id,
      createdAt,
      filename,
      contentType,
      ...(await keep(id, contentType, counted.all())),
    };
  } catch (error) {
    if (isDarkroomError(error, 'too_large'))
      return refuse('too_large', error.status, `${filename}: ${error.message}`);
    throw error;
  }
}

/** The time that a UUIDv7 begins with: 48 bits of milliseconds (RFC 9562 section 5.7). */
function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
}

function unsupportedMessage(filename: string, empty: boolean): string {
  const takes = inputFormatNames.join(', ');
  return empty
    ? `${filename} is empty. Upload a file in one of these formats: ${takes}.`
    : `The content of ${filename} is not in a supported format. Supported: ${takes}.`;
}

/** Counts the bytes of a file. If a reader stops early, the rest can be drained. */
class CountedBody {
  bytes = 0;
  readonly #body: FileBody;
  readonly #maxBytes: number;
  /** The piece that was too much. */
  #left: Buffer | undefined;

  constructor(body: FileBody, maxBytes: number) {
    this.#body = body;
    this.#maxBytes = maxBytes;
  }

  /** All bytes. @throws DarkroomError `too_large` at the first piece that is beyond the limit */
  async *all(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
      if (this.bytes > this.#maxBytes) {
        this.#left = piece;
        throw this.#tooLarge();
      }
      yield piece;
    }
  }

  /** Reads the rest without keeping it. @returns the SHA-256 of all bytes that were not passed on */
  async drain(): Promise<string> {
    const hash = createHash('sha256');
    const first = this.#left ?? (await this.#next());
    for (let piece = first; piece !== undefined; piece = await this.#next()) hash.update(piece);
    return hash.digest('hex');
  }

  async #next(): Promise<Buffer | undefined> {
    const piece = await this.#body.next();
    this.bytes += piece?.length ?? 0;
    return piece;
  }

  #tooLarge(): DarkroomError {
    return new DarkroomError({
      code: 'too_large',
      status: 413,
      message: `the file is larger than the limit of ${formatBytes(this.#maxBytes)}.`,
    });
  }
}
