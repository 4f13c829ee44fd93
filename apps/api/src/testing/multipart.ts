import { randomUUID } from 'node:crypto';

/** One part of a form. Without a `filename` it is a field. */
export interface Part {
  name: string;
  value: string | Buffer;
  filename?: string | Buffer;
  type?: string;
  /** The whole `Content-Disposition`, byte for byte, in place of the one made from `name`. */
  disposition?: string | Buffer;
}

export interface Body {
  headers: Record<string, string>;
  body: Buffer<ArrayBuffer>;
}

/** A file of a form. */
export function file(value: Buffer | string, filename: string | Buffer = 'picture.jpg', name = 'file'): Part {
  return { name, value, filename };
}

export function field(name: string, value: string | Buffer): Part {
  return { name, value };
}

/** Writes a multipart form byte for byte, so that a test can send forms that no library produces. */
export function multipart(parts: readonly Part[], boundary: string = randomUUID()): Body {
  const pieces = parts.flatMap(({ name, value, filename, type, disposition }) => [
    `--${boundary}\r\nContent-Disposition: `,
    disposition ?? `form-data; name="${name}"`,
    ...(filename === undefined
      ? []
      : ['; filename="', filename, '"\r\nContent-Type: ', type ?? 'image/jpeg']),
    ...(filename === undefined && type !== undefined ? [`\r\nContent-Type: ${type}`] : []),
    '\r\n\r\n',
    value,
    '\r\n',
  ]);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string))),
  };
}

/** Bytes of any size that the api detects as JPEG. */
export function jpegOf(bytes: number, fill = 7): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(bytes - 4, fill)]);
}
