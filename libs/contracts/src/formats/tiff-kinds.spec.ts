import { describe, expect, it } from 'vitest';
import { sniff, SNIFF_BYTES } from '../sniff.js';
import { findTiffKind } from './tiff-kinds.js';

type Entry = readonly [tag: number, value: number | string];

/** A file of one directory. */
function drawDirectory(entries: readonly Entry[], { isLittle = true, at = 8 } = {}): Buffer {
  const directory = Buffer.alloc(at + 2 + entries.length * 12 + 4 + 64);
  const write = (value: number, where: number, length: 2 | 4) =>
    isLittle ? directory.writeUIntLE(value, where, length) : directory.writeUIntBE(value, where, length);
  directory.write(isLittle ? 'II' : 'MM');
  write(42, 2, 2);
  write(at, 4, 4);
  write(entries.length, at, 2);
  const textAt = at + 2 + entries.length * 12 + 4;
  entries.forEach(([tag, value], index) => {
    const entry = at + 2 + index * 12;
    write(tag, entry, 2);
    if (typeof value === 'number') {
      write(3, entry + 2, 2);
      write(1, entry + 4, 4);
      write(value, entry + 8, 2);
      return;
    }
    write(2, entry + 2, 2);
    write(value.length + 1, entry + 4, 4);
    write(textAt, entry + 8, 4);
    directory.write(value, textAt);
  });
  return directory;
}

const REDUCED: Entry = [254, 1];
const SUB_IFDS: Entry = [330, 200];
const DNG: Entry[] = [REDUCED, [271, 'Apple'], SUB_IFDS, [50_706, 1]];
const NEF: Entry[] = [REDUCED, [271, 'NIKON CORPORATION'], SUB_IFDS];
const ARW: Entry[] = [REDUCED, [271, 'SONY'], SUB_IFDS];
const PEF: Entry[] = [
  [259, 65_535],
  [262, 32_803],
  [271, 'PENTAX Corporation'],
];

describe('a camera RAW file that begins like a TIFF is detected by its first directory:', () => {
  it.each([
    ['image/x-adobe-dng', DNG],
    ['image/x-nikon-nef', NEF],
    ['image/x-sony-arw', ARW],
    ['image/x-pentax-pef', PEF],
    ['image/tiff', [[271, 'NIKON CORPORATION'], SUB_IFDS]],
    ['image/tiff', [REDUCED, [271, 'Canon'], SUB_IFDS]],
    [
      'image/tiff',
      [
        [262, 2],
        [271, 'PENTAX'],
      ],
    ],
    ['image/tiff', []],
  ] satisfies [string, Entry[]][])('%s', (type, entries) => {
    for (const isLittle of [true, false]) expect(sniff(drawDirectory(entries, { isLittle }))).toBe(type);
  });

  it('a directory after the first bytes is a TIFF by them, and a DNG by the whole file', () => {
    const file = drawDirectory(DNG, { at: SNIFF_BYTES + 2 });
    expect(sniff(file)).toBe('image/tiff');
    expect(findTiffKind((offset, length) => file.subarray(offset, offset + length))).toBe(
      'image/x-adobe-dng',
    );
  });

  it('survives every cut and every changed byte', () => {
    const file = drawDirectory(NEF);
    for (let at = 0; at < file.length; at += 1) {
      expect(() => sniff(file.subarray(0, at))).not.toThrow();
      const changed = Buffer.from(file);
      changed[at] = 0xff;
      expect(() => sniff(changed)).not.toThrow();
    }
  });
});
