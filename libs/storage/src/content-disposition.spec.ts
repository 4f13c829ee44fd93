import { describe, expect, it } from 'vitest';
import { contentDisposition } from './content-disposition.js';

describe('contentDisposition', () => {
  it.each([
    ['a plain name', 'cat.jpg', 'attachment; filename="cat.jpg"'],
    ['spaces and punctuation', "it's (1);a=b.jpg", `attachment; filename="it's (1);a=b.jpg"`],
    ['quotes', 'a"b.jpg', `attachment; filename="a_b.jpg"; filename*=UTF-8''a%22b.jpg`],
    ['percent signs', '100%41.jpg', `attachment; filename="100_41.jpg"; filename*=UTF-8''100%2541.jpg`],
    ['folders', '../..\\etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['a header smuggled in', 'a\r\nset-cookie: x=1', 'attachment; filename="a__set-cookie: x=1"'],
    ['NUL and DEL', 'a\0b\x7f.jpg', 'attachment; filename="a_b_.jpg"'],
    ['umlauts', 'Käse.jpg', `attachment; filename="K_se.jpg"; filename*=UTF-8''K%C3%A4se.jpg`],
    ['an emoji', '📷.jpg', `attachment; filename="_.jpg"; filename*=UTF-8''%F0%9F%93%B7.jpg`],
    [
      'characters that encodeURIComponent does not escape',
      "é'()*!.jpg",
      `attachment; filename="_'()*!.jpg"; filename*=UTF-8''%C3%A9%27%28%29%2A!.jpg`,
    ],
    ['a lone surrogate', 'a\ud800.jpg', `attachment; filename="a_.jpg"; filename*=UTF-8''a%EF%BF%BD.jpg`],
    ['text turned round', 'a\u202egpj.exe', 'attachment; filename="a_gpj.exe"'],
    ['no name', '', 'attachment'],
    ['only blanks', ' \t ', 'attachment; filename="_"'],
  ])('takes %s', (_, filename, header) => {
    expect(contentDisposition('attachment', filename)).toBe(header);
  });

  it('is only the disposition without a name', () => {
    expect(contentDisposition('inline')).toBe('inline');
  });

  it.each([['a'], ['ä'], ['📷'], ['"'], ['\r\n'], ['.'], ['%']])(
    'stays short for 10,000 times %j',
    (text) => {
      const header = contentDisposition('attachment', `${text.repeat(10_000)}.jpg`);
      expect(header).toMatch(/^[\u0020-\u007e]+$/);
      expect(header.length).toBeLessThan(1_200);
      expect(header).toMatch(/\.jpg"?($|;)/);
      const encoded = header.split("UTF-8''")[1];
      const name = encoded === undefined ? header.split('"')[1] : decodeURIComponent(encoded);
      expect(Buffer.byteLength(name ?? '')).toBeLessThanOrEqual(255);
      expect(name).not.toContain('\ufffd');
    },
  );

  it('is a header that a server accepts, for every first Unicode character', () => {
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const header = contentDisposition('inline', `a${String.fromCharCode(unit)}b.jpg`);
      if (!/^inline; filename="[^"\\%]*"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+)?$/.test(header)) {
        expect.fail(`U+${unit.toString(16)}: ${header}`);
      }
      if (!/^[\u0020-\u007e]+$/.test(header)) expect.fail(`U+${unit.toString(16)}: ${header}`);
    }
  });
});
