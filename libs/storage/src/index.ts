export { contentDisposition } from './content-disposition.js';
export { createFolderStorage, FolderStorage, type FolderStorageOptions } from './folder/folder-storage.js';
export type { MediaLinkGrant, MediaLinkRequest } from './folder/media-link.js';
export * from './object-storage.js';
export { createS3Storage, S3Storage, type S3StorageOptions } from './s3/s3-storage.js';
export { compareKeys, isKey } from './storage-key.js';
