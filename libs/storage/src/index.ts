export { contentDisposition } from './content-disposition.js';
export { createFolderStorage, type FolderStorageOptions } from './folder/folder-storage.js';
export * from './object-storage.js';
export { compareKeys, isKey } from './storage-key.js';
