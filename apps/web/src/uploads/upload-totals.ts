import { isOpen, type Upload } from './upload-queue.js';

export interface UploadTotals {
  readonly open: number;
  readonly kept: number;
  readonly failed: number;
  /** Total bytes of open and accepted files, and how many of them are sent. */
  readonly bytes: number;
  readonly sent: number;
}

/** Totals over all files. Cancelled and refused ones do not count in the bytes. */
export function totalsOf(uploads: readonly Upload[]): UploadTotals {
  const counted = uploads.filter((upload) => isOpen(upload) || upload.state === 'kept');
  return {
    open: uploads.filter(isOpen).length,
    kept: uploads.filter(({ state }) => state === 'kept').length,
    failed: uploads.filter(({ state }) => state === 'refused').length,
    bytes: counted.reduce((total, { file }) => total + file.size, 0),
    sent: counted.reduce((total, { sent }) => total + sent, 0),
  };
}
