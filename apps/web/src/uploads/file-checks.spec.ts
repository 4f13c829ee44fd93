import { describe, expect, it } from 'vitest';
import { refusalOf } from './file-checks.js';

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const TEXT = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
const limits = { maxBytes: 50 * 2 ** 20, archive: 200 };

describe('a file', () => {
  it('is sent when its bytes are a picture, whatever its name says', () => {
    expect(refusalOf({ name: 'notes.txt', size: 1000, head: JPEG }, limits)).toBeNull();
  });

  it('is sent while the limits are not known yet', () => {
    expect(refusalOf({ name: 'a.jpg', size: 10 ** 12, head: JPEG }, null)).toBeNull();
  });

  it('may be as large as the limit and no larger', () => {
    expect(refusalOf({ name: 'a.jpg', size: limits.maxBytes, head: JPEG }, limits)).toBeNull();
    expect(refusalOf({ name: 'a.jpg', size: limits.maxBytes + 1, head: JPEG }, limits)).toMatch(/50 MB/);
  });

  it('is refused when it is empty', () => {
    expect(refusalOf({ name: 'a.jpg', size: 0, head: new Uint8Array() }, limits)).toMatch(/empty/);
  });

  it.each([
    ['logo.svg', /SVG/],
    ['scan.PDF', /PDF/],
    ['holiday.mov', /video/],
    ['IMG_1.CR2', /camera raw/],
    ['photo.jpg', /no picture/],
  ])('that is no picture is refused by what %s says it is', (name, sentence) => {
    expect(refusalOf({ name, size: TEXT.length, head: TEXT }, limits)).toMatch(sentence);
  });
});
