// Apart from the rest of the package: the AWS SDK is loaded only where S3 is used.
export { createS3Storage, type S3StorageOptions } from './s3-storage.js';
