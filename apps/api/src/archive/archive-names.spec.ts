import { describe, expect, it } from 'vitest';
import { archiveNames } from './archive-names.js';

const jpegs = (...names: string[]): string[] =>
  archiveNames(names.map((filename) => ({ filename, contentType: 'image/jpeg' })));

describe('archiveNames', () => {
  it('keeps valid names unchanged', () => {
    const names = ['IMG_1234.JPG', 'Ünïcödé 夕.jpeg', "it's a.b (1).png"];
    expect(jpegs(...names)).toEqual(names);
  });

  it('numbers names that a file system considers equal', () => {
    expect(jpegs('a.jpg', 'A.JPG', 'a.jpg', 'a (2).JPG', 'u\u0308.jpg', '\u00fc.jpg')).toEqual([
      'a.jpg',
      'A (2).JPG',
      'a (3).jpg',
      'a (2) (2).JPG',
      'u\u0308.jpg',
      '\u00fc (2).jpg',
    ]);
  });

  it.each([
    ['a:b?.jpg', 'a_b_.jpg'],
    ['..', 'picture.jpg'],
    [' .hidden. ', 'hidden.jpg'],
    ['picture', 'picture.jpg'],
    ['v1.2 of my house', 'v1.2 of my house.jpg'],
    ['con.jpg', '_con.jpg'],
    ['exe\u202egpj.scr', 'exe_gpj.scr'],
    ['a/../b\\c.jpg', 'a_.._b_c.jpg'],
  ])('turns %j into %j', (given, name) => {
    expect(jpegs(given)).toEqual([name]);
  });

  it('leaves room for the number in a long name', () => {
    const long = `${'夕'.repeat(80)}.jpg`;
    for (const name of jpegs(long, long)) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(new Set(jpegs(long, long)).size).toBe(2);
  });

  it('adds an extension by content type', () => {
    expect(archiveNames([{ filename: 'shot', contentType: 'image/heic' }])).toEqual(['shot.heic']);
  });
});
