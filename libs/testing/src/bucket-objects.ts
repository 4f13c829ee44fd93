import { ListMultipartUploadsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { S3Service } from './services.js';

export interface StoredObject {
  key: string;
  bytes: number;
}

/** Everything in a bucket, including unfinished multipart uploads (with 0 bytes). */
export async function bucketObjects(s3: S3Service, bucket: string): Promise<StoredObject[]> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    const objects: StoredObject[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket }))
      objects.push(...Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size })));
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    objects.push(...Uploads.map(({ Key = '' }) => ({ key: `${Key} (in parts)`, bytes: 0 })));
    return objects;
  } finally {
    client.destroy();
  }
}
