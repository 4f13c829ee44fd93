/** A file for an archive. */
export interface ArchivedFile {
  /** Relative, with `/`. Up to 255 bytes, and up to 100 after the last `/`. */
  path: string;
  content: Uint8Array;
}

const BLOCK = 512;
const NAME_BYTES = 100;

/**
 * Packs files into a tar archive (POSIX ustar). Without times and owners, so the same files give the same bytes.
 *
 * @throws Error for a path that is too long for the format
 */
export function packTar(files: readonly ArchivedFile[]): Buffer {
  const parts = files.flatMap(({ path, content }) => [
    header(path, content.byteLength),
    content,
    Buffer.alloc((BLOCK - (content.byteLength % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { name, prefix } = splitPath(path);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  // The checksum is computed with blanks in its own field.
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const prefix = path.slice(0, at);
    const name = path.slice(at + 1);
    if (Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= 155) return { name, prefix };
  }
  throw new Error(`this path is too long for a tar archive: ${path}`);
}
