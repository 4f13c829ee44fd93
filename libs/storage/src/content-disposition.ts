/** The longest file name of common file systems, in bytes of UTF-8; longer names are cut, and the header stays short. */
const MAX_NAME_BYTES = 255;
/** Longer text after the last dot is not an extension worth keeping. */
const MAX_EXTENSION_BYTES = 16;
// Control characters, and the marks that reverse text: they make `gpj.exe` read as `exe.jpg`.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Creates a `Content-Disposition` header (RFC 6266, RFC 8187) that is safe and short for any file name: ASCII only,
 * folders and control characters replaced, cut to 255 bytes before the extension.
 *
 * @returns e.g. `attachment; filename="caf_.jpg"; filename*=UTF-8''caf%C3%A9.jpg`
 */
export function contentDisposition(disposition: 'inline' | 'attachment', filename?: string): string {
  const name = cleanName(filename ?? '');
  if (name === '') return disposition;
  // Some browsers decode percent signs in the plain form, so it must not contain any.
  const plain = name.replaceAll(/[^\u0020-\u007e]|["%]/gu, '_');
  const header = `${disposition}; filename="${plain}"`;
  return plain === name ? header : `${header}; filename*=UTF-8''${encodeExtended(name)}`;
}

function cleanName(filename: string): string {
  const name = filename.toWellFormed().replaceAll(INVISIBLE, '_').replaceAll(/[/\\]/g, '_').trim();
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (Buffer.byteLength(extension) > MAX_EXTENSION_BYTES) return cutToBytes(name, MAX_NAME_BYTES);
  return cutToBytes(name.slice(0, dot), MAX_NAME_BYTES - Buffer.byteLength(extension)) + extension;
}

function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(limit, bytes.length);
  // 10xxxxxx continues a character: step back to where one begins.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

// encodeURIComponent does not escape these; RFC 8187 requires it.
function encodeExtended(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
