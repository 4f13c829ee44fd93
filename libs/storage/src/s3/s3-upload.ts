import type { FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { onDisk } from '../disk-errors.js';
import { BufferPool } from './buffer-pool.js';
import { onS3 } from './s3-errors.js';
import { spool } from './spool.js';

/** S3's smallest part size; with its limit of 10,000 parts an object can have 48 GiB. */
export const PART_BYTES = 5 * 1024 * 1024;
/** Concurrent uploads, with one buffer each: 40 MiB, which about saturates the connection of one process. */
const SENDERS = 8;

export interface UploadTarget {
  Bucket: string;
  Key: string;
  ContentType: string;
  ServerSideEncryption?: ServerSideEncryption;
  SSEKMSKeyId?: string;
}

/**
 * Sends objects to S3: one request when an object fits in a part, else a multipart upload that completes or is aborted.
 * However many uploads run at once, and however slow their clients, they need the memory of a few parts: each source is
 * first written to a temporary file, so that a buffer is held only while S3 receives it, and S3 never sees an upload
 * that its client breaks off.
 *
 * Not `Upload` of `@aws-sdk/lib-storage`: it holds a part and a copy of it for every source, and its `done()` settles on
 * an abort before the upload is aborted.
 */
export class S3Uploader {
  readonly #client: S3Client;
  readonly #buffers = new BufferPool(SENDERS, PART_BYTES);

  constructor(client: S3Client) {
    this.#client = client;
  }

  /** Sends a source of unknown length. */
  async sendSource(
    target: UploadTarget,
    source: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void> {
    await using file = await spool(source);
    await this.sendFile(target, file, signal);
  }

  /** Sends an open file from its first byte to its last. An abort ends it before the next part. */
  async sendFile(target: UploadTarget, file: FileHandle, signal?: AbortSignal): Promise<void> {
    const { size } = await onDisk(() => file.stat());
    await this.#buffers.lend(async (buffer) => {
      signal?.throwIfAborted();
      if (size > PART_BYTES) return this.#sendParts(target, { file, size, buffer, signal });
      const Body = await read(file, buffer, 0, size);
      await onS3(() => this.#client.send(new PutObjectCommand({ ...target, Body })));
    });
  }

  async #sendParts(
    target: UploadTarget,
    from: { file: FileHandle; size: number; buffer: Buffer; signal: AbortSignal | undefined },
  ): Promise<void> {
    const upload = await MultipartUpload.begin(this.#client, target);
    try {
      for (let start = 0; start < from.size; start += PART_BYTES) {
        from.signal?.throwIfAborted();
        await upload.send(await read(from.file, from.buffer, start, from.size));
      }
      await upload.complete();
    } catch (error) {
      await upload.abort();
      throw error;
    }
  }
}

/** Fills the buffer from position `start`, up to the end of the file of `size` bytes. */
async function read(file: FileHandle, buffer: Buffer, start: number, size: number): Promise<Uint8Array> {
  const wanted = Math.min(buffer.byteLength, size - start);
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await onDisk(() => file.read(buffer, filled, wanted - filled, start + filled));
    if (bytesRead === 0) throw new Error('A file became shorter while it was sent to S3');
    filled += bytesRead;
  }
  return buffer.subarray(0, wanted);
}

class MultipartUpload {
  readonly #client: S3Client;
  readonly #upload: { Bucket: string; Key: string; UploadId: string | undefined };
  readonly #parts: CompletedPart[] = [];

  private constructor(
    client: S3Client,
    upload: { Bucket: string; Key: string; UploadId: string | undefined },
  ) {
    this.#client = client;
    this.#upload = upload;
  }

  static async begin(client: S3Client, target: UploadTarget): Promise<MultipartUpload> {
    const command = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' });
    const { UploadId } = await onS3(() => client.send(command));
    return new MultipartUpload(client, { Bucket: target.Bucket, Key: target.Key, UploadId });
  }

  /** A part in flight is never cancelled: S3 may keep, and charge for, a part that arrives during the abort. */
  async send(data: Uint8Array): Promise<void> {
    const PartNumber = this.#parts.length + 1;
    const part = { ...this.#upload, PartNumber, Body: data, ChecksumAlgorithm: 'CRC32' as const };
    const sent = await onS3(() => this.#client.send(new UploadPartCommand(part)));
    this.#parts.push({ PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 });
  }

  async complete(): Promise<void> {
    const completed = { ...this.#upload, MultipartUpload: { Parts: this.#parts } };
    await onS3(() => this.#client.send(new CompleteMultipartUploadCommand(completed)));
  }

  async abort(): Promise<void> {
    try {
      await this.#client.send(new AbortMultipartUploadCommand(this.#upload));
    } catch {
      // The first error names the cause. The bucket's lifecycle rule for incomplete uploads removes the rest.
    }
  }
}
