import { createHash } from 'node:crypto';
import type { FormField } from './multipart-form.js';
import type { ReceivedFile } from './upload-files.js';

/**
 * What makes two uploads "the same body": the parsed fields in their order, and each file's name and bytes. Never the
 * raw multipart, whose boundary differs at each try.
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
