import { randomBytes } from 'node:crypto';
import type { S3StorageSettings, Settings, WorkerSettings } from '@darkroom/config';
import { createFolderStorage, type ObjectStorage } from '@darkroom/storage';
import type { S3StorageOptions } from '@darkroom/storage/s3';

/** Opens the storage that the settings name. */
export async function openStorage(settings: Settings | WorkerSettings): Promise<ObjectStorage> {
  const { storage } = settings;
  if (storage.kind === 's3') {
    const { createS3Storage } = await import('@darkroom/storage/s3');
    return createS3Storage(s3Options(storage));
  }
  // A worker signs no links. With its own random secret, a link that it signed would not open anything.
  const secret = 'links' in settings ? settings.links.secret : undefined;
  return createFolderStorage({
    root: storage.path,
    linkSecret: secret?.reveal() ?? randomBytes(32).toString('base64url'),
  });
}

function s3Options({ bucket, region, endpoint, encryption }: S3StorageSettings): S3StorageOptions {
  return {
    bucket,
    ...(region === undefined ? {} : { region }),
    // S3 servers other than AWS rarely have a DNS name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(encryption.kind === 'none' ? {} : { serverSideEncryption: encryption.kind }),
    ...(encryption.kind === 'aws:kms' && encryption.keyId !== undefined
      ? { kmsKeyId: encryption.keyId }
      : {}),
  };
}
