import { describe, expect, it } from 'vitest';
import { profileName } from './profile-name.js';

function profile(description: Buffer, offset = 144): Buffer {
  const file = Buffer.alloc(144);
  file.writeUInt32BE(1, 128);
  file.write('desc', 132, 'latin1');
  file.writeUInt32BE(offset, 136);
  file.writeUInt32BE(description.length, 140);
  return Buffer.concat([file, description]);
}

function ascii(text: string, length = text.length + 1): Buffer {
  const head = Buffer.alloc(12);
  head.write('desc', 'latin1');
  head.writeUInt32BE(length, 8);
  return Buffer.concat([head, Buffer.from(`${text}\0more`, 'latin1')]);
}

function localized(texts: Record<string, string>): Buffer {
  const entries = Object.entries(texts);
  const head = Buffer.alloc(16 + entries.length * 12);
  head.write('mluc', 'latin1');
  head.writeUInt32BE(entries.length, 8);
  const values: Buffer[] = [];
  let at = head.length;
  entries.forEach(([language, text], index) => {
    const value = Buffer.from(text, 'utf16le').swap16();
    head.write(language, 16 + index * 12, 'latin1');
    head.writeUInt32BE(value.length, 20 + index * 12);
    head.writeUInt32BE(at, 24 + index * 12);
    at += value.length;
    values.push(value);
  });
  return Buffer.concat([head, ...values]);
}

describe('profileName', () => {
  it('reads a description of version 2', () => {
    expect(profileName(profile(ascii('sRGB IEC61966-2.1')))).toBe('sRGB IEC61966-2.1');
  });

  it('reads a description of version 4, in English when there is one', () => {
    expect(profileName(profile(localized({ deDE: 'Anzeige P3', enUS: 'Display P3' })))).toBe('Display P3');
    expect(profileName(profile(localized({ jaJP: '画面' })))).toBe('画面');
  });

  it.each([
    ['a lone surrogate', localized({ enUS: 'a\ud800b' }), 'a b'],
    ['controls and an override', localized({ enUS: 'a\0\u0007\u202eb' }), 'a b'],
    ['only blanks', ascii('   '), null],
    ['no characters', ascii('', 0), null],
    ['a length beyond the end', ascii('Name', 0xffff_ffff), 'Name'],
    ['another type', Buffer.from('text\0\0\0\0Name'), null],
    ['a truncated tag', Buffer.from('desc'), null],
    ['no texts', localized({}), null],
  ])('handles %s', (_what, description, expected) => {
    expect(profileName(profile(description))).toBe(expected);
  });

  it('is at most 120 characters long', () => {
    const name = profileName(profile(localized({ enUS: '😀'.repeat(5000) })));
    expect(name?.length).toBeLessThanOrEqual(120);
    expect(name?.isWellFormed()).toBe(true);
  });

  it('is null for bytes that are not a profile', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.alloc(131),
      Buffer.alloc(1000, 255),
      profile(ascii('x'), 0xffff_ffff),
    ]) {
      expect(profileName(bytes)).toBeNull();
    }
  });
});
