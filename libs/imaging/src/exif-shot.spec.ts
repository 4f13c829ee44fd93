import { describe, expect, it } from 'vitest';
import { readFromMemory } from './exif-ifd.js';
import { readShot } from './exif-shot.js';
import { drawExif } from './testing/draw-exif.js';

const MAKE = 0x010f;
const MODEL = 0x0110;
const TIME = 0x9003;
const OFFSET = 0x9011;

const read = (exif: Buffer) => readShot(readFromMemory(exif));
const camera = async (make: string, model: string) =>
  (await read(drawExif({ [MAKE]: make, [MODEL]: model }))).camera;
const takenAt = async (time: string, offset = '') =>
  (await read(drawExif({ [MAKE]: 'x' }, { [TIME]: time, ...(offset ? { [OFFSET]: offset } : {}) }))).takenAt;

describe('camera', () => {
  it.each([
    ['Apple', 'iPhone 17 Pro', 'Apple iPhone 17 Pro'],
    ['Canon', 'Canon EOS R5', 'Canon EOS R5'],
    ['NIKON CORPORATION', 'NIKON Z 9', 'NIKON Z 9'],
    ['  SONY \0', ' ILCE-7M4   ', 'SONY ILCE-7M4'],
    ['', 'DSC', 'DSC'],
    ['Leica', '', 'Leica'],
    ['山田', 'カメラ', '山田 カメラ'],
  ])('of %j and %j is %j', async (make, model, expected) => {
    expect(await camera(make, model)).toBe(expected);
  });

  it('is null when the texts are missing or invisible', async () => {
    expect(await camera('', ' \u200b\u0007\t')).toBeNull();
    expect(await read(drawExif({ 0x8298: 'Ann' }))).toEqual({ takenAt: null, camera: null });
  });

  it('is safe to store, whatever the block contains', async () => {
    const long = await camera('Maker', '😀'.repeat(5000));
    expect(long?.length).toBeLessThanOrEqual(120);
    expect(long?.isWellFormed()).toBe(true);
    // A lone surrogate in bytes that claim to be UTF-8, control characters, a right-to-left override.
    const odd = drawExif({ [MODEL]: '' });
    const bytes = Buffer.from('\xed\xa0\x80\x01\x1b[31mred\x7f', 'latin1');
    const hostile = (await read(drawExif({ [MODEL]: `a\u202eb${bytes.toString('latin1')}` }))).camera;
    expect(hostile).not.toMatch(/[\p{C}]/u);
    expect((await read(odd)).camera).toBeNull();
  });
});

describe('takenAt', () => {
  it.each([
    ['2026:07:01 18:30:00', '+02:00', '2026-07-01T18:30:00+02:00'],
    ['2026:07:01 18:30:00', 'Z', '2026-07-01T18:30:00Z'],
    ['2026:07:01 18:30:00', '', '2026-07-01T18:30:00'],
    ['2024:02:29 00:00:00', '-09:30', '2024-02-29T00:00:00-09:30'],
    ['2026:07:01 18:30:00', '   :  ', '2026-07-01T18:30:00'],
    ['2026:07:01 18:30:00', '+99:00', '2026-07-01T18:30:00'],
    ['2026-07-01T18:30:00', '', '2026-07-01T18:30:00'],
  ])('of %j and %j is %j', async (time, offset, expected) => {
    expect(await takenAt(time, offset)).toBe(expected);
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '2026:02:30 10:00:00',
    '2026:13:01 10:00:00',
    '2026:07:01 25:00:00',
    '2026:07:01 23:60:00',
    'yesterday',
    '9'.repeat(10_000),
  ])('of %j is null', async (time) => {
    expect(await takenAt(time)).toBeNull();
  });

  it('is null when the pointer to its directory is wrong', async () => {
    for (const pointer of [0, 3, 0xffff_ffff, 8]) {
      const exif = drawExif({ [MODEL]: 'M' }, { [TIME]: '2026:07:01 18:30:00' }, pointer);
      expect(await read(exif)).toEqual({ takenAt: null, camera: 'M' });
    }
  });
});
