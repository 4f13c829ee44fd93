import { describe, expect, it } from 'vitest';
import { readCredits } from './exif-credits.js';
import { readFromMemory } from './exif-ifd.js';

interface Entry {
  tag: number;
  type?: number;
  count?: number;
  /** The value; stored after the directory when longer than four bytes. */
  value: Buffer;
  /** Replaces the correct pointer to the value. */
  pointer?: number;
}

/** A TIFF structure with one directory. */
function tiff(entries: Entry[], littleEndian = true): Buffer {
  const start = 8 + 2 + entries.length * 12 + 4;
  const head = Buffer.alloc(start);
  const u16 = (value: number, at: number) =>
    littleEndian ? head.writeUInt16LE(value, at) : head.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    littleEndian ? head.writeUInt32LE(value, at) : head.writeUInt32BE(value, at);
  head.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  u16(42, 2);
  u32(8, 4);
  u16(entries.length, 8);
  let at = start;
  const values: Buffer[] = [];
  entries.forEach(({ tag, type = 2, value, count = value.length, pointer }, index) => {
    const entry = 10 + index * 12;
    u16(tag, entry);
    u16(type, entry + 2);
    u32(count, entry + 4);
    if (value.length <= 4 && pointer === undefined) value.copy(head, entry + 8);
    else {
      u32(pointer ?? at, entry + 8);
      values.push(value);
      at += value.length;
    }
  });
  return Buffer.concat([head, ...values]);
}

const text = (value: string) => Buffer.from(`${value}\0`);
const read = (exif: Uint8Array) => readCredits(readFromMemory(exif));
const both: Entry[] = [
  { tag: 0x013b, value: text('Zoë Müller') },
  { tag: 0x8298, value: text('© 2026 Zoë (all rights)') },
];

describe('readCredits', () => {
  it.each([true, false])('reads both tags, little endian: %s', async (littleEndian) => {
    const expected = { artist: 'Zoë Müller', copyright: '© 2026 Zoë (all rights)' };
    expect(await read(tiff(both, littleEndian))).toEqual(expected);
    expect(await read(Buffer.concat([Buffer.from('Exif\0\0'), tiff(both, littleEndian)]))).toEqual(expected);
  });

  it('reads a text inside the entry itself', async () => {
    expect(await read(tiff([{ tag: 0x8298, value: text('Ann') }]))).toEqual({ copyright: 'Ann' });
  });

  it('joins the photographer’s and the editor’s copyright', async () => {
    expect(await read(tiff([{ tag: 0x8298, value: text('Ann\0Bob') }]))).toEqual({ copyright: 'Ann; Bob' });
    expect(await read(tiff([{ tag: 0x8298, value: text(' \0Bob') }]))).toEqual({ copyright: 'Bob' });
  });

  it('reads text that is not UTF-8 as Latin-1', async () => {
    expect(await read(tiff([{ tag: 0x013b, value: Buffer.from('Zo\xeb M\xfcller\0', 'latin1') }]))).toEqual({
      artist: 'Zoë Müller',
    });
  });

  it('reads the text type of Exif 3.0', async () => {
    expect(await read(tiff([{ tag: 0x013b, type: 129, value: text('山田 太郎') }]))).toEqual({
      artist: '山田 太郎',
    });
  });

  it('removes control characters and shortens a long text', async () => {
    expect(await read(tiff([{ tag: 0x013b, value: text('a\r\n\x1b[2Jb') }]))).toEqual({ artist: 'a [2Jb' });
    const long = await read(tiff([{ tag: 0x013b, value: text('x'.repeat(60_000)) }]));
    expect(long.artist).toBe('x'.repeat(1000));
    const pairs = await read(tiff([{ tag: 0x013b, value: text(`x${'😀'.repeat(1000)}`) }]));
    expect(pairs.artist?.isWellFormed()).toBe(true);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['only a prefix', Buffer.from('Exif\0\0')],
    ['another byte order', Buffer.from('XX*\0\x08\0\0\0\0\0', 'latin1')],
    ['another magic number', Buffer.from('II+\0\x08\0\0\0\0\0', 'latin1')],
    ['a directory after the end', Buffer.from('II*\0\xff\xff\xff\xff', 'latin1')],
    ['a directory without entries', tiff([])],
    ['a text after the end', tiff([{ tag: 0x8298, value: text('longer'), pointer: 0xffffffff }])],
    ['a tag of another type', tiff([{ tag: 0x8298, type: 4, value: text('longer') }])],
    ['a text of no bytes', tiff([{ tag: 0x8298, count: 0, value: text('longer') }])],
    ['an empty text', tiff([{ tag: 0x8298, value: text('') }])],
    ['only blanks', tiff([{ tag: 0x8298, value: text('      ') }])],
    ['other tags', tiff([{ tag: 0x010f, value: text('A camera maker') }])],
  ])('finds nothing in %s', async (_what, exif) => {
    expect(await read(exif)).toEqual({});
  });

  it('never reads beyond the data, whatever length an entry claims', async () => {
    const exif = tiff([{ tag: 0x8298, count: 0xffffffff, value: text('Ann Miller') }]);
    expect(await read(exif)).toEqual({ copyright: 'Ann Miller' });
  });

  it('reads little, however many entries a directory claims', async () => {
    const exif = tiff(both);
    exif.writeUInt16LE(0xffff, 8);
    const asked: number[] = [];
    const memory = readFromMemory(exif);
    await readCredits((offset, length) => {
      asked.push(length);
      return memory(offset, length);
    });
    expect(Math.max(...asked)).toBeLessThan(8192);
  });

  it('survives every cut and every changed byte', async () => {
    const exif = tiff(both);
    for (let cut = 0; cut < exif.length; cut += 1) await read(exif.subarray(0, cut));
    for (let at = 0; at < exif.length; at += 1) {
      for (const value of [0, 0x7f, 0xff]) {
        const changed = Buffer.from(exif);
        changed[at] = value;
        const credits = await read(changed);
        expect((credits.artist ?? '').length).toBeLessThanOrEqual(1000);
      }
    }
  });
});
