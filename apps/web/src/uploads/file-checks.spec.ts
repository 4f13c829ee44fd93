import { describe, expect, it } from 'vitest';
import { refusalOf } from './file-checks.js';

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const TEXT = new TextEncoder().encode('<p>A page</p>');
const limits = { maxBytes: 50 * 2 ** 20, archive: 200 };

describe('refusalOf', () => {
  it('accepts a picture by its content, whatever its name', () => {
    expect(refusalOf({ name: 'notes.txt', size: 1000, head: JPEG }, limits)).toBeNull();
  });

  it('accepts any size while the limits are unknown', () => {
    expect(refusalOf({ name: 'a.jpg', size: 10 ** 12, head: JPEG }, null)).toBeNull();
  });

  it('accepts a file at the size limit and refuses a larger one', () => {
    expect(refusalOf({ name: 'a.jpg', size: limits.maxBytes, head: JPEG }, limits)).toBeNull();
    expect(refusalOf({ name: 'a.jpg', size: limits.maxBytes + 1, head: JPEG }, limits)).toMatch(/50 MB/);
  });

  it('refuses an empty file', () => {
    expect(refusalOf({ name: 'a.jpg', size: 0, head: new Uint8Array() }, limits)).toMatch(/empty/);
  });

  it.each([
    ['logo.svgz', /^Compressed SVG/],
    ['scan.PDF', /PDF/],
    ['holiday.mov', /^Video files aren't supported/],
    ['IMG_1.CRW', /^Camera raw files aren't supported/],
    ['photo.jpg', /^Unsupported file type/],
  ])('refuses %s, which is not a picture, and names its type', (name, sentence) => {
    expect(refusalOf({ name, size: TEXT.length, head: TEXT }, limits)).toMatch(sentence);
  });
});
