import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Deletes every version of every object, and the parts of unfinished uploads, a thousand at a time. */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  while (await deleteThousand(s3, Bucket));
  while (await abortThousand(s3, Bucket));
}

/** @returns whether anything was deleted; a deleted object is not listed again, so each list starts at the beginning */
async function deleteThousand(s3: S3Client, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length === 0) return false;
  const { Errors = [] } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
  );
  const [first] = Errors;
  if (first === undefined) return true;
  throw new Error(
    `${Errors.length} objects of ${Bucket} could not be deleted: ${first.Key}: ${first.Message}`,
  );
}

async function abortThousand(s3: S3Client, Bucket: string): Promise<boolean> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  return Uploads.length > 0;
}
