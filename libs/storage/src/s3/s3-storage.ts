import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type _Object as ListedObject,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { unavailable } from '@darkroom/errors';
import { contentDisposition } from '../content-disposition.js';
import { onDisk } from '../disk-errors.js';
import { rangeNotSatisfiable } from '../errors.js';
import { freeBytesOf } from '../free-bytes.js';
import { MeteredSource } from '../metered-source.js';
import type {
  GetOptions,
  LinkOptions,
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
import { createS3Client, type S3Connection } from './s3-client.js';
import { isMissing, onS3, statusOf, toS3Error } from './s3-errors.js';
import { opened, stored } from './s3-object.js';
import { S3Uploader, type UploadTarget } from './s3-upload.js';

/** S3's limits: objects in one listing or deletion, and the life of a presigned link. */
const PAGE_OBJECTS = 1000;
const MAX_LINK_SECONDS = 7 * 24 * 60 * 60;
/** A health check that takes longer has failed. */
const CHECK_MS = 5_000;

export interface S3StorageOptions extends S3Connection {
  bucket: string;
  /** Default: the bucket's own setting. */
  serverSideEncryption?: 'AES256' | 'aws:kms';
  /** Key for `aws:kms`. Default: the account's own. */
  kmsKeyId?: string;
  /**
   * The minimum speed of a body in bytes a second, after `patienceMs` (default: 60,000). Default: 50,000. A file of
   * 50 MiB may take 18 minutes; a slower body fails instead of blocking its reader.
   */
  minBytesPerSecond?: number;
  patienceMs?: number;
  /** Lets `check()` create a missing bucket. For development only: it configures nothing else. Default: false. */
  createBucket?: boolean;
}

/** Stores objects in an S3 bucket. Sends nothing before the first call; `check()` tests whether the bucket serves. */
export function createS3Storage(options: S3StorageOptions): S3Storage {
  return new S3Storage(createS3Client(options), options);
}

/** Created by `createS3Storage`. */
export class S3Storage implements ObjectStorage {
  readonly kind = 's3';
  readonly #client: S3Client;
  readonly #uploader: S3Uploader;
  readonly #options: S3StorageOptions;
  readonly #bucket: string;

  constructor(client: S3Client, options: S3StorageOptions) {
    this.#client = client;
    this.#uploader = new S3Uploader(client);
    this.#options = options;
    this.#bucket = options.bucket;
  }

  async put(
    key: string,
    source: AsyncIterable<Uint8Array> | Readable,
    options: PutOptions,
  ): Promise<WrittenObject> {
    assertKey(key);
    const metered = new MeteredSource(source, options);
    try {
      await this.#uploader.sendSource(this.#target(key, options.contentType), metered, options.signal);
      return metered.written(key);
    } finally {
      metered.destroy();
    }
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<OpenedObject | null> {
    assertKey(key);
    signal?.throwIfAborted();
    const command = new GetObjectCommand({
      ...this.#at(key),
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
    });
    try {
      const output = await this.#client.send(command, signal ? { abortSignal: signal } : {});
      return opened(key, output, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissing(error)) return null;
      if (statusOf(error) === 416) throw rangeNotSatisfiable((await this.head(key))?.bytes ?? 0);
      throw toS3Error(error);
    }
  }

  async fetchFile(key: string, path: string, { signal }: { signal?: AbortSignal } = {}): Promise<boolean> {
    const found = await this.get(key, signal ? { signal } : {});
    if (found === null) return false;
    const tooSlow = AbortSignal.timeout(this.#longest(found.object.bytes));
    try {
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
      await pipeline(found.body, file, { signal: tooSlow });
    } catch (error) {
      throw tooSlow.aborted ? unavailable('storage', error) : error;
    }
    return true;
  }

  /** The milliseconds allowed for this many bytes. */
  #longest(bytes: number): number {
    const { minBytesPerSecond = 50_000, patienceMs = 60_000 } = this.#options;
    return Math.ceil(patienceMs + (bytes / minBytesPerSecond) * 1000);
  }

  async putFiles(files: readonly LocalFile[], options: Omit<PutOptions, 'maxBytes'>): Promise<number[]> {
    return Promise.all(files.map((file) => this.#putFile(file, options)));
  }

  async #putFile({ key, path }: LocalFile, options: Omit<PutOptions, 'maxBytes'>): Promise<number> {
    assertKey(key);
    await using file = await open(path);
    const { size } = await file.stat();
    await this.#uploader.sendFile(this.#target(key, options.contentType), file, options.signal);
    return size;
  }

  async head(key: string): Promise<StoredObject | null> {
    assertKey(key);
    try {
      const output = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return stored(key, output.ContentLength, output.LastModified, output.ETag);
    } catch (error) {
      if (!isMissing(error)) throw toS3Error(error);
      // A HEAD answers 404 for a missing bucket too, and that must not count as a lost picture.
      await onS3(() => this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket })));
      return null;
    }
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    try {
      await this.#client.send(new DeleteObjectCommand(this.#at(key)));
    } catch (error) {
      if (!isMissing(error)) throw toS3Error(error);
    }
  }

  async deletePrefix(prefix: string): Promise<number> {
    assertDeletablePrefix(prefix);
    let deleted = 0;
    for await (const page of this.#pages(prefix, {})) {
      const keys = page.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (keys.length === 0) continue;
      const command = new DeleteObjectsCommand({
        Bucket: this.#bucket,
        Delete: { Objects: keys, Quiet: true },
      });
      const { Errors: [failed] = [] } = await onS3(() => this.#client.send(command));
      if (failed) throw unavailable('storage', new Error(`S3 kept ${failed.Key}: ${failed.Code}`));
      deleted += keys.length;
    }
    return deleted;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<StoredObject> {
    assertPrefix(prefix);
    for await (const page of this.#pages(prefix, options)) {
      for (const { Key, Size, LastModified, ETag } of page) {
        // Consoles create "folders": empty objects whose key ends with a slash. They are not Darkroom's.
        if (Key !== undefined && !Key.endsWith('/')) yield stored(Key, Size, LastModified, ETag);
      }
    }
  }

  async unfinishedWrites(before: Date): Promise<UnfinishedWrite[]> {
    const command = new ListMultipartUploadsCommand({ Bucket: this.#bucket });
    const { Uploads = [] } = await onS3(() => this.#client.send(command));
    return Uploads.flatMap(({ Key: key, UploadId: id, Initiated }) =>
      key !== undefined && id !== undefined && Initiated !== undefined && Initiated < before
        ? [{ key, id }]
        : [],
    );
  }

  async discardUnfinished({ key, id }: UnfinishedWrite): Promise<void> {
    const upload = { Bucket: this.#bucket, Key: key, UploadId: id };
    try {
      await this.#client.send(new AbortMultipartUploadCommand(upload));
    } catch (error) {
      if (!isMissing(error) && statusOf(error) !== 404) throw toS3Error(error);
    }
  }

  async freeBytes(): Promise<number> {
    return onDisk(() => freeBytesOf(tmpdir()));
  }

  async link(key: string, options: LinkOptions): Promise<string> {
    assertKey(key);
    const { issuedAt, expiresAt, disposition, filename, contentType } = options;
    // Whole seconds on both sides, as in the link itself: never past the requested time.
    const seconds = Math.floor(expiresAt.getTime() / 1000) - Math.floor(issuedAt.getTime() / 1000);
    if (!(seconds >= 1)) throw new Error('A link must last at least one second');
    const expiresIn = Math.min(seconds, MAX_LINK_SECONDS);
    const command = new GetObjectCommand({
      ...this.#at(key),
      ResponseCacheControl: `private, max-age=${expiresIn}, immutable`,
      ResponseContentDisposition: contentDisposition(disposition ?? 'inline', filename),
      ...(contentType !== undefined && { ResponseContentType: contentType }),
    });
    return onS3(() => getSignedUrl(this.#client, command, { expiresIn, signingDate: issuedAt }));
  }

  verifyLink(): null {
    return null;
  }

  async check(): Promise<void> {
    const options = { abortSignal: AbortSignal.timeout(CHECK_MS) };
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), options);
    } catch (error) {
      if (statusOf(error) !== 404 || !this.#options.createBucket) throw unavailable('storage', error);
      await this.#createBucket();
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #createBucket(): Promise<void> {
    try {
      await this.#client.send(new CreateBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      // Another process of the platform may create it at the same time.
      if (statusOf(error) !== 409) throw unavailable('storage', error);
    }
  }

  async *#pages(prefix: string, { after, limit }: ListOptions): AsyncGenerator<ListedObject[]> {
    let left = limit ?? Number.POSITIVE_INFINITY;
    let token: string | undefined;
    while (left > 0) {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        MaxKeys: Math.min(PAGE_OBJECTS, left),
        ...(after !== undefined && { StartAfter: after }),
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await onS3(() => this.#client.send(command));
      const objects = page.Contents ?? [];
      left -= objects.length;
      yield objects;
      token = page.NextContinuationToken;
      if (token === undefined) return;
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }

  #target(key: string, contentType: string): UploadTarget {
    const { serverSideEncryption, kmsKeyId } = this.#options;
    return {
      ...this.#at(key),
      ContentType: contentType,
      ...(serverSideEncryption && { ServerSideEncryption: serverSideEncryption }),
      ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
    };
  }
}
