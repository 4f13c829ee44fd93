import { extname } from 'node:path/posix';
import { FILENAME_MAX_BYTES } from '@darkroom/contracts';

const UNNAMED = 'unnamed';

/**
 * The stored name of a picture: without folders (of either slash), with spaces for control characters, in NFC, and cut
 * to 255 bytes of UTF-8 before the extension.
 *
 * @param given - the name as the client sent it; any text without NUL and lone surrogates
 */
export function cleanFileName(given: string | undefined): string {
  const last = lastSegment(given ?? '');
  const name = last
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim();
  if (name === '' || /^\.+$/.test(name)) return UNNAMED;
  const extension = extname(name);
  const suffix = Buffer.byteLength(extension) <= 20 ? extension : '';
  return (
    cutToBytes(name.slice(0, name.length - suffix.length), FILENAME_MAX_BYTES - Buffer.byteLength(suffix)) +
    suffix
  );
}

/** A drive, a share, or a step of a path; with one of these, every backslash separates folders. */
const WINDOWS_PATH = /^[a-z]:|^\\|(^|[\\/])\.{1,2}\\/i;
/** Windows allows none of these in a name, so a backslash beside them is part of a name of another system. */
const NOT_WINDOWS = /["<>|?*]/;

/** The part of a path after its last separator. */
function lastSegment(path: string): string {
  const separator = NOT_WINDOWS.test(path) && !WINDOWS_PATH.test(path) ? '/' : /[/\\]/;
  return path.split(separator).at(-1) ?? '';
}

/** The longest prefix of a text that fits into this many bytes of UTF-8, without a split character. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
