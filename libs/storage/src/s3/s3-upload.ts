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
import { inParts } from './parts.js';
import { onS3 } from './s3-errors.js';

/** S3's smallest part, so 48 GiB an object at its 10,000 parts. One such buffer is all that an upload holds. */
export const PART_BYTES = 5 * 1024 * 1024;

export interface UploadTarget {
  Bucket: string;
  Key: string;
  ContentType: string;
  ServerSideEncryption?: ServerSideEncryption;
  SSEKMSKeyId?: string;
}

/**
 * Sends a source of unknown length to S3: one request when it fits into a part, else a multipart upload that ends
 * whole or is aborted. Parts go one after another through one buffer, because many uploads run at once.
 *
 * Not `Upload` of `@aws-sdk/lib-storage`: while a part is sent it holds the source's chunks and their copy (10 MiB an
 * upload even with `queueSize: 1`), and its `done()` settles on an abort before the upload is aborted.
 */
export async function uploadObject(
  client: S3Client,
  target: UploadTarget,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  let upload: MultipartUpload | undefined;
  try {
    for await (const part of inParts(source, PART_BYTES)) {
      if (part.isLast && upload === undefined) return await putObject(client, target, part.data);
      upload ??= await MultipartUpload.begin(client, target);
      await upload.send(part.data);
    }
    await upload?.complete();
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

async function putObject(client: S3Client, target: UploadTarget, data: Uint8Array): Promise<void> {
  await onS3(() => client.send(new PutObjectCommand({ ...target, Body: data })));
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

  /** Nobody cancels a part on its way: S3 may keep, and charge, one that arrives while the upload is being aborted. */
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
      // The first error says what is wrong. The bucket's lifecycle rule for incomplete uploads removes what is left.
    }
  }
}
