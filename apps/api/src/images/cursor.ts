import { ImageId } from '@darkroom/contracts';
import { invalid } from '../http/validate.js';

/** The end of a page as an opaque text. */
export function encodeCursor(afterId: string): string {
  return Buffer.from(afterId.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @throws DarkroomError `invalid_request` for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!ImageId.safeParse(id).success || encodeCursor(id) !== cursor) {
    throw invalid([{ field: 'cursor', message: 'cursor must be the nextCursor of an earlier answer' }]);
  }
  return id;
}
