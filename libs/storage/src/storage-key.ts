/** S3's limit, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
/** The longest file name of common file systems, in UTF-8 bytes. */
const MAX_SEGMENT_BYTES = 255;
// A backslash separates folders on Windows; S3's XML cannot contain control characters and the two noncharacters.
const FORBIDDEN = /[\u0000-\u001f\u007f\\\ufffe\uffff]/;
/** The first segment that a folder reserves for unfinished writes. Reserved on S3 too, so that a bucket can move. */
export const INCOMING = '.incoming';

/** Whether a key may name an object. */
export function isKey(key: string): boolean {
  if (!isPrefix(key)) return false;
  const segments = key.split('/');
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** Whether a text can be the beginning of a key; the empty text begins every key. */
function isPrefix(prefix: string): boolean {
  if (FORBIDDEN.test(prefix) || !prefix.isWellFormed()) return false;
  if (Buffer.byteLength(prefix) > MAX_KEY_BYTES) return false;
  const segments = prefix.split('/');
  const folders = segments.slice(0, -1);
  if (folders.some((segment) => segment === '' || segment === '.' || segment === '..')) return false;
  if (segments[0] === INCOMING) return false;
  return segments.every((segment) => Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES);
}

/** @throws Error when the key cannot name an object: a fault in the calling code, because keys are never a user's text */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key.slice(0, 200))}`);
}

/** @throws Error when no key can begin with this prefix */
export function assertPrefix(prefix: string): void {
  if (!isPrefix(prefix)) throw new Error(`Not a storage prefix: ${JSON.stringify(prefix.slice(0, 200))}`);
}

/** @throws Error when it does not name everything below a folder; the empty prefix would delete everything */
export function assertDeletablePrefix(prefix: string): void {
  assertPrefix(prefix);
  if (!prefix.endsWith('/')) {
    throw new Error(`A prefix to delete ends with "/": ${JSON.stringify(prefix.slice(0, 200))}`);
  }
}

/** Compares keys as S3 does, by their UTF-8 bytes. JavaScript's own order differs above U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

// UTF-8 sorts like code points, and a surrogate represents a code point above every other UTF-16 unit.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
