import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { guardedBody } from '../guarded-body.js';
import type { OpenedObject, StoredObject } from '../object-storage.js';
import { toS3Error } from './s3-errors.js';

/** Opens S3's response to a GET as an object. */
export function opened(
  key: string,
  output: GetObjectCommandOutput,
  signal: AbortSignal | undefined,
): OpenedObject {
  const { Body, ContentRange, ContentLength, LastModified, ETag, ContentType } = output;
  if (!(Body instanceof Readable)) throw new Error('S3 answered without a body to read');
  // `bytes 0-9/1234`: the size of the whole object follows the slash.
  const bytes = ContentRange === undefined ? ContentLength : Number(ContentRange.split('/')[1]);
  const object = stored(key, bytes, LastModified, ETag);
  const body = guardedBody(Body, toS3Error, signal);
  return { object, body, ...(ContentType !== undefined && { contentType: ContentType }) };
}

/** S3's description of an object; throws when a field is missing. */
export function stored(
  key: string,
  bytes: number | undefined,
  modifiedAt: Date | undefined,
  etag: string | undefined,
): StoredObject {
  if (bytes === undefined || modifiedAt === undefined || etag === undefined) {
    throw new Error(`S3 described ${key} without size, time or ETag`);
  }
  return { key, bytes, modifiedAt, etag: etag.startsWith('"') ? etag : `"${etag}"` };
}
