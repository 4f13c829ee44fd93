import { beginsWith, type Signature } from './signatures.js';

const BITMAP_FILE_HEADER = 14;
/** Lengths of the headers of OS/2 1 (12), OS/2 2 (16, 64) and Windows (40, 52, 56, 108, 124). */
const BITMAP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);
const BITS_PER_PIXEL = new Set([1, 2, 4, 8, 16, 24, 32]);
const beginsAsBitmap = beginsWith('BM');

/** A BMP. Text can begin with its two letters, so a header of a known length must follow, with one plane and its bits. */
export const isBitmap: Signature = (head) => {
  if (!beginsAsBitmap(head) || head.length < BITMAP_FILE_HEADER + 16) return false;
  const view = viewOf(head);
  const length = view.getUint32(BITMAP_FILE_HEADER, true);
  if (!BITMAP_HEADERS.has(length)) return false;
  // The sides have 16 bits in the oldest header, and 32 in all others.
  const planes = BITMAP_FILE_HEADER + (length === 12 ? 8 : 12);
  return view.getUint16(planes, true) === 1 && bitsOf(view, planes + 2);
};

/** The compressions 4 and 5 state 0 bits: a JPEG or PNG follows, which has its own. */
function bitsOf(view: DataView, at: number): boolean {
  const bits = view.getUint16(at, true);
  return BITS_PER_PIXEL.has(bits) || bits === 0;
}

const ICON_ENTRY = 16;
const beginsAsIcon = beginsWith(0, 0, 1, 0);
const beginsAsCursor = beginsWith(0, 0, 2, 0);

/** An icon or a cursor of Windows: the first entry of the directory must have bytes, after the directory. */
export const isIconFile: Signature = (head) => {
  if (!(beginsAsIcon(head) || beginsAsCursor(head)) || head.length < 6 + ICON_ENTRY) return false;
  const view = viewOf(head);
  const count = view.getUint16(4, true);
  return (
    count > 0 && view.getUint32(6 + 8, true) > 0 && view.getUint32(6 + 12, true) >= 6 + count * ICON_ENTRY
  );
};

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
