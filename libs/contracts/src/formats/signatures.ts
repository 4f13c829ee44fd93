/** Recognizes a format by the first bytes of a file. */
export type Signature = (head: Uint8Array) => boolean;

/** The file begins with these bytes, numbers or a text in Latin-1. */
export function beginsWith(...parts: readonly (number | string)[]): Signature {
  const signature = parts.flatMap((part) =>
    typeof part === 'number' ? [part] : Array.from(part, (character) => character.charCodeAt(0)),
  );
  return (head) => head.length >= signature.length && signature.every((byte, at) => head[at] === byte);
}

/** A RIFF file of this form type. */
export function riffOf(form: string): Signature {
  return (head) => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, form.length) === form;
}

export function anyOf(...signatures: readonly Signature[]): Signature {
  return (head) => signatures.some((signature) => signature(head));
}

/** Brands that name the HEIF container alone; the codec follows among the compatible brands. */
const CONTAINER_BRANDS = new Set(['mif1', 'msf1']);

/** An ISO media file (ISO/IEC 14496-12, 4.3) whose `ftyp` box, the first of the file, names one of these brands. */
export function isoMediaOf(...brands: readonly string[]): Signature {
  return (head) => {
    const found = readBrands(head);
    if (found === null) return false;
    if (brands.includes(found.major)) return true;
    return CONTAINER_BRANDS.has(found.major) && found.compatible.some((brand) => brands.includes(brand));
  };
}

function readBrands(bytes: Uint8Array): { major: string; compatible: string[] } | null {
  if (bytes.length < 16 || ascii(bytes, 4, 4) !== 'ftyp') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size32 = view.getUint32(0);
  // Size 1: a 64-bit size follows the type. Size 0: the box reaches to the end of the file.
  const header = size32 === 1 ? 16 : 8;
  if (bytes.length < header + 8) return null;
  const size = size32 === 1 ? Number(view.getBigUint64(8)) : size32 === 0 ? bytes.length : size32;
  if (size < header + 8) return null;
  const compatible: string[] = [];
  const end = Math.min(size, bytes.length);
  for (let at = header + 8; at + 4 <= end; at += 4) compatible.push(ascii(bytes, at, 4));
  return { major: ascii(bytes, header, 4), compatible };
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
