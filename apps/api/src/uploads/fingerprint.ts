import { createHash } from 'node:crypto';
import type { FormField } from './multipart-form.js';
import type { ReceivedFile } from './upload-files.js';

/**
 * Identifies the body of an upload: the parsed fields in their order, and the name and the bytes of each file. It does
 * not use the raw multipart, whose boundary differs with each try.
 */
export function fingerprintOf(fields: readonly FormField[], files: readonly ReceivedFile[]): string {
  const parts = [
    fields.map(({ name, value }) => [name, value]),
    files.map((file) =>
      file.kind === 'stored'
        ? [file.filename, file.sha256]
        : [file.filename, file.code, file.bytes, file.sha256],
    ),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
