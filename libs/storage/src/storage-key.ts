/** S3's limit, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
/** What file systems take as one name, in UTF-8 bytes. */
const MAX_SEGMENT_BYTES = 255;
// A backslash parts folders on Windows; control characters and the two noncharacters cannot stand in S3's XML.
const FORBIDDEN = /[\u0000-\u001f\u007f\\\ufffe\uffff]/;
/** First segment that the folder keeps for unfinished writes; reserved everywhere, so that a bucket can move. */
export const INCOMING = '.incoming';

/** Tells whether a key may name an object. */
export function isKey(key: string): boolean {
  if (!isPrefix(key)) return false;
  const segments = key.split('/');
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

/** Tells whether a text can be the beginning of a key; the empty one begins all. */
function isPrefix(prefix: string): boolean {
  if (FORBIDDEN.test(prefix) || !prefix.isWellFormed()) return false;
  if (Buffer.byteLength(prefix) > MAX_KEY_BYTES) return false;
  const segments = prefix.split('/');
  const folders = segments.slice(0, -1);
  if (folders.some((segment) => segment === '' || segment === '.' || segment === '..')) return false;
  if (segments[0] === INCOMING) return false;
  return segments.every((segment) => Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES);
}

/** @throws Error when the key cannot name an object: a fault of the calling code, as keys are never a user's text */
export function assertKey(key: string): void {
  if (!isKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key.slice(0, 200))}`);
}

/** @throws Error when no key can begin with it */
export function assertPrefix(prefix: string): void {
  if (!isPrefix(prefix)) throw new Error(`Not a storage prefix: ${JSON.stringify(prefix.slice(0, 200))}`);
}

/** @throws Error when it does not name everything below a folder; the empty prefix would delete all there is */
export function assertDeletablePrefix(prefix: string): void {
  assertPrefix(prefix);
  if (!prefix.endsWith('/')) {
    throw new Error(`A prefix to delete ends with "/": ${JSON.stringify(prefix.slice(0, 200))}`);
  }
}

/** Orders keys as S3 does, by their UTF-8 bytes. JavaScript's own order differs above U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

// UTF-8 sorts like code points, and a surrogate stands for one above every other UTF-16 unit.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
