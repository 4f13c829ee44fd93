import { describe, expect, it } from 'vitest';
import type { OriginalContentType } from './formats/input-formats.js';
import { sniff, SNIFF_BYTES } from './sniff.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** An `ftyp` box with its brands; its first four bytes state `size`. */
function ftyp(major: string, compatible: string[] = [], size = 16 + 4 * compatible.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(size);
  return Buffer.concat([head, bytes(`ftyp${major}\0\0\0\0${compatible.join('')}`)]);
}

/** An `ftyp` box with a 64-bit size. */
function largeFtyp(major: string, compatible: string[]): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(24 + 4 * compatible.length));
  return Buffer.concat([bytes('\0\0\0\x01ftyp'), size, bytes(`${major}\0\0\0\0${compatible.join('')}`)]);
}

/** The file header of a BMP, and the header of `length` bytes behind it. */
function bitmap(length: number, planes = 1, bits = 24): Buffer {
  const head = Buffer.concat([bytes('BM'), Buffer.alloc(12 + 40)]);
  head.writeUInt32LE(length, 14);
  head.writeUInt16LE(planes, length === 12 ? 22 : 26);
  head.writeUInt16LE(bits, length === 12 ? 24 : 28);
  return head;
}

/** The directory of an icon (1) or cursor (2) with one entry. */
function icon(type: number, count = 1, length = 100, at = 22): Buffer {
  const head = Buffer.alloc(6 + 16);
  head.writeUInt16LE(type, 2);
  head.writeUInt16LE(count, 4);
  head.writeUInt32LE(length, 14);
  head.writeUInt32LE(at, 18);
  return head;
}

const known: [string, Buffer, OriginalContentType][] = [
  ['JPEG, JFIF', bytes('\xff\xd8\xff\xe0\0\x10JFIF'), 'image/jpeg'],
  ['JPEG, EXIF', bytes('\xff\xd8\xff\xe1'), 'image/jpeg'],
  ['PNG', bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'image/png'],
  ['GIF of 1987', bytes('GIF87a\x01\0'), 'image/gif'],
  ['GIF of 1989', bytes('GIF89a\x01\0'), 'image/gif'],
  ['WebP', bytes('RIFF\x10\0\0\0WEBPVP8 '), 'image/webp'],
  ['TIFF, little endian', bytes('II*\0\x08\0\0\0'), 'image/tiff'],
  ['TIFF, big endian', bytes('MM\0*\0\0\0\x08'), 'image/tiff'],
  ['BigTIFF, little endian', bytes('II+\0\x08\0\0\0'), 'image/tiff'],
  ['BigTIFF, big endian', bytes('MM\0+\0\x08\0\0'), 'image/tiff'],
  ...['avif', 'avis'].map((brand): [string, Buffer, OriginalContentType] => [
    brand,
    ftyp(brand),
    'image/avif',
  ]),
  ...['heic', 'heix', 'hevc', 'heim', 'heis', 'hevm', 'hevs'].map(
    (brand): [string, Buffer, OriginalContentType] => [brand, ftyp(brand), 'image/heic'],
  ),
  ['mif1 with avif', ftyp('mif1', ['miaf', 'avif']), 'image/avif'],
  ['mif1 with heic', ftyp('mif1', ['mif1', 'heic']), 'image/heic'],
  ['msf1 with hevc', ftyp('msf1', ['hevc']), 'image/heic'],
  ['ftyp with a 64-bit size', largeFtyp('mif1', ['miaf', 'avif']), 'image/avif'],
  ['ftyp to the end of the file', ftyp('mif1', ['avif'], 0), 'image/avif'],
  ['ftyp with a size larger than the file', ftyp('mif1', ['avif'], 0xffffffff), 'image/avif'],
  ['JPEG XL, codestream', bytes('\xff\x0a\x88\x71'), 'image/jxl'],
  ['JPEG XL, container', bytes('\0\0\0\x0cJXL \r\n\x87\n'), 'image/jxl'],
  ['JPEG 2000, codestream', bytes('\xff\x4f\xff\x51\0\x2f'), 'image/jp2'],
  ['JPEG 2000, container', bytes('\0\0\0\x0cjP  \r\n\x87\n'), 'image/jp2'],
  ['PSD', bytes('8BPS\0\x01\0\0'), 'image/vnd.adobe.photoshop'],
  ['PSB', bytes('8BPS\0\x02\0\0'), 'image/vnd.adobe.photoshop'],
  ...[12, 16, 40, 52, 56, 64, 108, 124].map((length): [string, Buffer, OriginalContentType] => [
    `BMP with a header of ${length} bytes`,
    bitmap(length),
    'image/bmp',
  ]),
  ['ICO', icon(1), 'image/vnd.microsoft.icon'],
  ['CUR', icon(2), 'image/vnd.microsoft.icon'],
  ['QOI', bytes('qoif\0\0\0\x01'), 'image/qoi'],
];

const unknown: [string, Buffer][] = [
  ['zero bytes', Buffer.alloc(0)],
  ['one byte', bytes('\xff')],
  ['SVG without its namespace', bytes('<?xml version="1.0"?><svg/>')],
  ['PDF', bytes('%PDF-1.7')],
  ['HTML', bytes('<!doctype html>')],
  ['text that begins as a BMP', bytes('BM is the abbreviation of bitmap, and of many other words.')],
  ['BMP with a header of unknown length', bitmap(41)],
  ['BMP with two planes', bitmap(40, 2)],
  ['BMP with 13 bits', bitmap(40, 1, 13)],
  ['truncated BMP', bitmap(40).subarray(0, 28)],
  ['ICO without pictures', icon(1, 0)],
  ['ICO with a picture inside its directory', icon(1, 2)],
  ['ICO with an empty picture', icon(1, 1, 0)],
  ['an MPEG video', bytes('\0\0\x01\xba\x44\0\x04\0\x04\x01\0\0\x03\xf8\0\0\x01\xbb\0\x09\x80\0')],
  ['PSD of a later version', bytes('8BPS\0\x03\0\0')],
  ['text that names a format', bytes('JFIF PNG GIF89a WEBP')],
  ['half a PNG signature', bytes('\x89PNG\r\n')],
  ['a JPEG start without a marker', bytes('\xff\xd8')],
  ['GIF of another year', bytes('GIF88a')],
  ['RIFF that is WAVE', bytes('RIFF\x10\0\0\0WAVEfmt ')],
  ['truncated RIFF', bytes('RIFF\x10\0\0\0WE')],
  ['TIFF of mixed endianness', bytes('II\0*')],
  ['MP4', ftyp('isom', ['mp41'])],
  ['a video with a still picture brand', ftyp('isom', ['avif'])],
  ['HEIF with an unknown codec', ftyp('mif1', ['miaf', 'jpeg'])],
  ['a brand after the end of ftyp', ftyp('mif1', ['miaf', 'avif'], 20)],
  ['a misaligned brand', ftyp('mif1', ['xxav', 'ifxx'])],
  ['ftyp too small for a brand', ftyp('avif', [], 8)],
  ['truncated ftyp', ftyp('avif').subarray(0, 12)],
  ['truncated ftyp with a 64-bit size', largeFtyp('avif', []).subarray(0, 18)],
  [
    'ftyp with a 64-bit size that is too small',
    Buffer.concat([bytes('\0\0\0\x01ftyp'), Buffer.alloc(8), bytes('avif\0\0\0\0')]),
  ],
];

describe('sniff', () => {
  it.each(known)('detects %s', (_what, head, type) => {
    expect(sniff(head)).toBe(type);
    // A stream hands out views into a larger buffer.
    const larger = Buffer.concat([Buffer.alloc(7), head, Buffer.alloc(9)]);
    expect(sniff(new Uint8Array(larger.buffer, larger.byteOffset + 7, head.length))).toBe(type);
  });

  it.each(unknown)('does not recognize %s', (_what, head) => {
    expect(sniff(head)).toBeNull();
  });

  it('reads only the first SNIFF_BYTES bytes', () => {
    const fill = Array.from({ length: SNIFF_BYTES / 4 }, () => 'miaf');
    expect(sniff(ftyp('mif1', [...fill, 'avif']))).toBeNull();
    expect(sniff(ftyp('mif1', [...fill.slice(5), 'avif']))).toBe('image/avif');
  });

  it('survives every truncated head and every changed byte', () => {
    for (const [, head] of known) {
      for (let cut = 0; cut <= head.length; cut += 1)
        expect(() => sniff(head.subarray(0, cut))).not.toThrow();
      for (let at = 0; at < head.length; at += 1) {
        const changed = Buffer.from(head);
        changed[at] = 0xff ^ (changed[at] ?? 0);
        expect(() => sniff(changed)).not.toThrow();
      }
    }
  });
});
