import { describe, expect, it } from 'vitest';
import { prefixQuery, searchWords } from './search-words.js';

describe('searchWords', () => {
  it.each([
    ['Ünïcödé Ångström', ['unicode', 'angstrom']],
    ['U\u0308n', ['un']],
    ['IMG_1234.jpg', ['img', '1234', 'jpg']],
    ['red-hot  red', ['red', 'hot']],
    ['İstanbul ISTANBUL', ['istanbul']],
    ['Straße STRASSE', ['strasse']],
    ['ΟΔΟΣ', ['οδοσ']],
    ['东京塔', ['东京塔']],
    ['ﬁne Ⅳ', ['fine', 'iv']],
    ['🎉🎉', []],
    ['%_\'\\":*&|!()<->', []],
    ['', []],
  ])('splits %j', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });

  it('joins several texts without merging their words', () => {
    expect(searchWords('one', null, undefined, 'two', 'one')).toEqual(['one', 'two']);
  });

  it('cuts a word at 64 characters, never inside one', () => {
    expect(searchWords('a'.repeat(2_000))).toEqual(['a'.repeat(64)]);
    expect(searchWords('𝒳'.repeat(100))).toEqual(['x'.repeat(64)]);
    expect(searchWords('𠀀'.repeat(100))).toEqual(['𠀀'.repeat(64)]);
  });

  it('leaves folded words unchanged', () => {
    for (const text of ['Straße', 'ΟΔΟΣ', 'がぎ', '한국어', 'ŉ', 'ǰ', 'ΐ', 'Ꭰ', 'ა']) {
      expect(searchWords(...searchWords(text))).toEqual(searchWords(text));
    }
  });
});

describe('prefixQuery', () => {
  it('matches every word by prefix', () => {
    expect(prefixQuery(['red', '12'])).toBe("'red':* & '12':*");
  });
});
