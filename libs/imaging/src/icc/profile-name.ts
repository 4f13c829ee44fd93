import { cutText } from '../cut-text.js';

const HEADER_BYTES = 128;
const TAG_BYTES = 12;
/** Real profiles have one or two dozen. */
const TAGS_MAX = 100;
const PROFILE_NAME_MAX = 120;

/**
 * Reads the description of an ICC profile, e.g. `Display P3`: ASCII in version 2; in version 4 several languages
 * (ICC.1:2022, 9.2.41), of which English comes first.
 *
 * @returns null without a description, or when the profile is malformed
 */
export function profileName(icc: Buffer): string | null {
  const tag = findTag(icc, 'desc');
  if (!tag || tag.length < 12) return null;
  const type = tag.toString('latin1', 0, 4);
  const text = type === 'desc' ? readAscii(tag) : type === 'mluc' ? readLocalized(tag) : '';
  return cutText(text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim(), PROFILE_NAME_MAX) || null;
}

function findTag(icc: Buffer, signature: string): Buffer | null {
  if (icc.length < HEADER_BYTES + 4) return null;
  const count = Math.min(TAGS_MAX, icc.readUInt32BE(HEADER_BYTES));
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + 4 + index * TAG_BYTES;
    if (at + TAG_BYTES > icc.length) return null;
    if (icc.toString('latin1', at, at + 4) !== signature) continue;
    const offset = icc.readUInt32BE(at + 4);
    return icc.subarray(offset, offset + icc.readUInt32BE(at + 8));
  }
  return null;
}

function readAscii(tag: Buffer): string {
  const text = tag.subarray(12, 12 + tag.readUInt32BE(8));
  const end = text.indexOf(0);
  return text.toString('latin1', 0, end === -1 ? text.length : end);
}

function readLocalized(tag: Buffer): string {
  const texts = new Map<string, string>();
  const count = Math.min(TAGS_MAX, tag.readUInt32BE(8));
  for (let index = 0; index < count; index += 1) {
    const at = 16 + index * TAG_BYTES;
    if (at + TAG_BYTES > tag.length) break;
    const length = tag.readUInt32BE(at + 4);
    const offset = tag.readUInt32BE(at + 8);
    const bytes = tag.subarray(offset, offset + Math.min(length, 4 * PROFILE_NAME_MAX));
    // UTF-16 in big endian; Node decodes only little endian.
    const swapped = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
    const language = tag.toString('latin1', at, at + 2);
    if (!texts.has(language)) texts.set(language, swapped.toString('utf16le'));
  }
  return texts.get('en') ?? texts.values().next().value ?? '';
}
