import { isStorable } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { cleanFileName } from './file-name.js';

describe('cleanFileName', () => {
  it.each([
    [undefined, 'unnamed'],
    ['', 'unnamed'],
    [' \t\n', 'unnamed'],
    ['...', 'unnamed'],
    ['a/../..', 'unnamed'],
    ['a\\b/c.jpg', 'c.jpg'],
    ['/etc/passwd', 'passwd'],
    ['a"b\\.png', 'a"b\\.png'],
    ['x/what?\\.png', 'what?\\.png'],
    ['C:\\"odd"\\c.jpg', 'c.jpg'],
    ['..\\..\\what?.jpg', 'what?.jpg'],
    ['a?\\..\\c.jpg', 'c.jpg'],
    ['\\\\server\\<share>\\c.jpg', 'c.jpg'],
    ['.jpg', '.jpg'],
    ['..jpg', '..jpg'],
    ['a.tar.gz', 'a.tar.gz'],
    ['e\u0301.jpg', 'é.jpg'],
    ['a\r\n\u0085b.jpg', 'a b.jpg'],
    ['\u0000a', 'a'],
  ])('turns %j into %j', (given, kept) => {
    expect(cleanFileName(given)).toBe(kept);
  });

  it('cuts before the extension, never inside a character', () => {
    for (let length = 240; length < 270; length += 1) {
      for (const filling of ['n', 'ü', '猫', '😀', '👩‍👩‍👧']) {
        const name = cleanFileName(`${'n'.repeat(length % 7)}${filling.repeat(length)}.jpeg`);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(Buffer.byteLength(name)).toBeGreaterThan(245);
        expect(name.endsWith('.jpeg')).toBe(true);
        expect(isStorable(name)).toBe(true);
      }
    }
  });
});
