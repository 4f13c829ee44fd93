import { crc32 } from 'node:zlib';
import { isKnownColour } from '../colour/named-profile.js';
import type { NamedColour } from '../named-colour.js';
import { readAt } from '../read-at.js';
import type { StatedColour } from '../stated-colour.js';

const SIGNATURE_BYTES = 8;
/** Length and type before the content of a chunk; its checksum follows. */
const HEAD_BYTES = 8;
const CRC_BYTES = 4;
/** Chunks before the pixels. Real files have fewer than 20; a file of comments must not cost more. */
const CHUNKS_MAX = 500;

/** The length of each chunk that states colours (PNG, third edition, 11.3.2). */
const LENGTHS: Readonly<Record<string, number>> = { cICP: 4, sRGB: 1, gAMA: 4, cHRM: 32 };
/** Numbers of gAMA and cHRM are stored as so many parts. */
const PARTS = 100_000;
/** Up to this far from 1/2.2, a gamma alone is what old encoders write for sRGB; libpng and Chromium ignore it too. */
const NEUTRAL_TOLERANCE = 0.05;

/**
 * Reads which colours a PNG names without a profile, in the order of the specification (PNG, third edition, 4.3): cICP
 * wins over a profile, then come sRGB, then gAMA and cHRM. Like browsers, it ignores cHRM without gAMA.
 *
 * A chunk of a wrong length or with a wrong checksum counts as missing. The first of several counts.
 *
 * @param fd - an open PNG; stays open
 */
export function readPngColour(fd: number): StatedColour {
  const chunks = readChunks(fd);
  const cicp = readCicp(chunks.get('cICP'));
  if (cicp !== null) return { colour: cicp, overProfile: true };
  const colour = chunks.has('sRGB') ? null : readGamma(chunks.get('gAMA'), chunks.get('cHRM'));
  return { colour, overProfile: false };
}

/** Reads the chunks that state colours, all of which come before the pixels. */
function readChunks(fd: number): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = SIGNATURE_BYTES;
  for (let count = 0; count < CHUNKS_MAX; count += 1) {
    const head = readAt(fd, at, HEAD_BYTES);
    if (head.length < HEAD_BYTES) break;
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4);
    if (type === 'IDAT' || type === 'IEND') break;
    if (LENGTHS[type] === length && !found.has(type)) {
      const content = readAt(fd, at + HEAD_BYTES, length + CRC_BYTES);
      if (isSound(head, content, length)) found.set(type, content.subarray(0, length));
    }
    at += HEAD_BYTES + length + CRC_BYTES;
  }
  return found;
}

function isSound(head: Buffer, content: Buffer, length: number): boolean {
  if (content.length < length + CRC_BYTES) return false;
  return crc32(content.subarray(0, length), crc32(head.subarray(4))) === content.readUInt32BE(length);
}

/** The matrix must be that of RGB; no decoder here expands a narrow range. */
function readCicp(chunk: Buffer | undefined): NamedColour | null {
  if (chunk === undefined) return null;
  const [primaries = 2, transfer = 2, matrix, fullRange] = chunk;
  const colour = { primaries, transfer };
  return matrix === 0 && fullRange === 1 && isKnownColour(colour) ? colour : null;
}

function readGamma(gama: Buffer | undefined, chrm: Buffer | undefined): NamedColour | null {
  const encoding = (gama?.readUInt32BE(0) ?? 0) / PARTS;
  if (encoding === 0) return null;
  const transfer = { gamma: 1 / encoding };
  const named = chrm && { primaries: readChromaticities(chrm), transfer };
  if (named && isKnownColour(named)) return named;
  const isNeutral = Math.abs(encoding * 2.2 - 1) < NEUTRAL_TOLERANCE;
  return isNeutral ? null : { primaries: 1, transfer };
}

function readChromaticities(chrm: Buffer) {
  const point = (index: number): [x: number, y: number] => [
    chrm.readUInt32BE(index * 8) / PARTS,
    chrm.readUInt32BE(index * 8 + 4) / PARTS,
  ];
  return { white: point(0), red: point(1), green: point(2), blue: point(3) };
}
