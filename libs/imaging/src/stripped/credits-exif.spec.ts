import { describe, expect, it } from 'vitest';
import { type Credits, readCredits } from '../exif-credits.js';
import { readFromMemory } from '../exif-ifd.js';
import { creditsExif } from './credits-exif.js';

describe('creditsExif', () => {
  it.each<Credits>([
    { artist: 'Zoë Müller; 写真家' },
    { copyright: '© 2026' },
    { artist: 'A', copyright: 'Bo' },
    { artist: 'x'.repeat(1000), copyright: '©' },
  ])('contains only %o', async (credits) => {
    const exif = creditsExif(credits);
    expect(exif?.toString('latin1', 0, 6)).toBe('Exif\0\0');
    expect(await readCredits(readFromMemory(exif ?? Buffer.alloc(0)))).toEqual(credits);
  });

  it('is not written without credits', () => {
    expect(creditsExif({})).toBeNull();
    expect(creditsExif({ artist: '' })).toBeNull();
  });
});
