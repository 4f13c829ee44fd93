import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
/** As the gateway compresses: level 4, and nothing below 1,000 bytes. */
const LEVEL = 4;
const MIN_BYTES = 1_000;

/** A page of images, serialized once and compressed at most once, for any number of callers. */
export class SentPage {
  /** Strong, of the uncompressed body. */
  readonly etag: string;
  readonly body: Buffer;
  #compressed: Promise<Buffer> | undefined;

  constructor(body: Buffer) {
    this.body = body;
    this.etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  }

  /** The body compressed with gzip; `undefined` if it is too small for that. */
  gzip(): Promise<Buffer> | undefined {
    if (this.body.length < MIN_BYTES) return undefined;
    this.#compressed ??= compress(this.body, { level: LEVEL });
    return this.#compressed;
  }
}
