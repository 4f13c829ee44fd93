import { parseParameters } from './header-parameters.js';

/** The headers of a part, by name in lower case. Their characters stand for bytes (latin1). */
export type RawHeaders = Readonly<Record<string, readonly string[] | undefined>>;

export interface PartHeader {
  /** Name of the form field. */
  readonly name: string;
  /** As the client meant it, with any folders; `undefined` if it sent none. */
  readonly filename: string | undefined;
  /** Media type in lower case. */
  readonly type: string;
  /** Encoding of a text field, as a label of the Encoding Standard. */
  readonly charset: string;
}

/**
 * Parses the headers of a part (RFC 7578 section 4).
 *
 * @returns `undefined` for a part that is not form data, has no name, or has a name that cannot be decoded
 */
export function parsePartHeader(headers: RawHeaders): PartHeader | undefined {
  const { value, parameters } = parseParameters(headers['content-disposition']?.[0] ?? '');
  const name = parameters.get('name');
  if (value !== 'form-data' || name === undefined) return undefined;
  const { value: type, parameters: typeParameters } = parseParameters(headers['content-type']?.[0] ?? '');
  const filename = fileNameOf(parameters);
  if (filename === null) return undefined;
  return {
    name: decodeText(name),
    filename,
    type: type === '' ? 'text/plain' : type,
    charset: typeParameters.get('charset') ?? 'utf-8',
  };
}

/**
 * The file name. `filename*` precedes `filename`, because a client that sends both has put an ASCII substitute into the
 * latter (RFC 6266 section 4.3).
 *
 * @returns `undefined` for none; null if it cannot be decoded and there is no other
 */
function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined | null {
  const extended = parameters.get('filename*');
  const plain = parameters.get('filename');
  const decoded = extended === undefined ? undefined : decodeExtended(extended);
  if (decoded !== undefined) return decoded;
  if (plain !== undefined) return decodeWords(decodeText(plain));
  return extended === undefined ? undefined : null;
}

/** Decodes bytes in UTF-8, as browsers send names; else in the Latin encoding of Windows, as old programs do. */
function decodeText(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  return decodeBytes(bytes, 'utf-8') ?? new TextDecoder('windows-1252').decode(bytes);
}

/** Decodes an extended value (RFC 8187 section 3.2): charset, language, percent-encoded bytes. */
function decodeExtended(value: string): string | undefined {
  const [, charset, encoded = ''] = /^([^']+)'[^']*'((?:%[0-9a-f]{2}|[^%'"\s\\])*)$/i.exec(value) ?? [];
  if (charset === undefined) return undefined;
  const latin1 = encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeBytes(Buffer.from(latin1, 'latin1'), charset);
}

const ENCODED_WORD = /=\?([\w-]+)(?:\*[\w-]+)?\?([bq])\?([^?\s]*)\?=/gi;

/**
 * Decodes encoded words (RFC 2047), which mail libraries put into file names. A space between two of them separates
 * lines and is not part of the name (section 6.2). A word that cannot be decoded stays as it is.
 */
function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  return text
    .replaceAll(/(\?=)\s+(?==\?)/g, '$1')
    .replaceAll(ENCODED_WORD, (word: string, charset: string, encoding: string, encoded: string) => {
      const bytes =
        encoding.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : decodeQuotedPrintable(encoded);
      return decodeBytes(bytes, charset) ?? word;
    });
}

/** The `Q` encoding of RFC 2047 section 4.2. */
function decodeQuotedPrintable(encoded: string): Buffer {
  const latin1 = encoded
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1');
}

/** @returns `undefined` for an unknown encoding, or for bytes that are not valid in it */
export function decodeBytes(bytes: Buffer, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
