import { describe, expect, it } from 'vitest';
import { parsePartHeader } from './part-header.js';

/** The header of a file part with these parameters, as its bytes arrive. */
const fileWith = (parameters: string | Buffer) =>
  parsePartHeader({
    'content-disposition': [
      `form-data; name="file"; ${Buffer.from(parameters as string).toString('latin1')}`,
    ],
  });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('parsePartHeader', () => {
  it.each<[string, string | Buffer, string]>([
    ['a quoted name', 'filename="cat.jpg"', 'cat.jpg'],
    ['a name without quotes', 'filename=cat.jpg', 'cat.jpg'],
    ['a name with a semicolon', 'filename="a;b.jpg"; x=y', 'a;b.jpg'],
    ['no name', 'filename=""', ''],
    ['UTF-8', 'filename="größe 猫.jpg"', 'größe 猫.jpg'],
    ['Latin-1', Buffer.from('filename="gr\xf6\xdfe.jpg"', 'latin1'), 'größe.jpg'],
    ['quotes and backslashes, escaped', 'filename="a\\"b\\\\.png"', 'a"b\\.png'],
    ['a quote escaped, a backslash not', 'filename="a\\"b\\.png"', 'a"b\\.png'],
    ['a path of Windows, not escaped', 'filename="C:\\fakepath\\cat.jpg"', 'C:\\fakepath\\cat.jpg'],
    ['a quote that does not end', 'filename="a', 'a'],
    ['filename* after filename', `filename="gr__e.jpg"; filename*=UTF-8''gr%C3%B6%C3%9Fe.jpg`, 'größe.jpg'],
    [
      'filename* before filename',
      `filename*=utf-8'de'gr%c3%b6%c3%9fe.jpg; filename="gr__e.jpg"`,
      'größe.jpg',
    ],
    ['filename* in Latin-1', `filename*=iso-8859-1''caf%E9.jpg`, 'café.jpg'],
    ['filename* that is not valid', `filename*=UTF-8''%E9.jpg; filename="e.jpg"`, 'e.jpg'],
    ['filename* of an unknown encoding', `filename*=x''a.jpg; filename="e.jpg"`, 'e.jpg'],
    ['RFC 2047 in base64', `filename="=?UTF-8?B?${base64('größe 猫.jpg')}?="`, 'größe 猫.jpg'],
    ['RFC 2047 in quoted printable', 'filename="=?iso-8859-1?Q?gr=F6=DFe_1.jpg?="', 'größe 1.jpg'],
    ['RFC 2047 in two words', `filename="=?utf-8?q?a?= =?utf-8?q?b?=.jpg"`, 'ab.jpg'],
    ['RFC 2047 in an unknown encoding', 'filename="=?x-y?q?a?=.jpg"', '=?x-y?q?a?=.jpg'],
  ])('reads %s', (_, parameters, filename) => {
    expect(fileWith(parameters)).toEqual({ name: 'file', filename, type: 'text/plain', charset: 'utf-8' });
  });

  it('reads the type and the encoding', () => {
    const headers = {
      'content-disposition': ['FORM-DATA; NAME=title'],
      'content-type': ['Text/Plain; Charset="iso-8859-1"'],
    };
    expect(parsePartHeader(headers)).toEqual({
      name: 'title',
      filename: undefined,
      type: 'text/plain',
      charset: 'iso-8859-1',
    });
  });

  it.each([
    ['no disposition', {}],
    ['another disposition', { 'content-disposition': ['attachment; name="file"'] }],
    ['no name', { 'content-disposition': ['form-data; filename="a.jpg"'] }],
    [
      'only a file name that cannot be decoded',
      { 'content-disposition': [`form-data; name="file"; filename*=UTF-8''%FF`] },
    ],
  ])('refuses a part with %s', (_, headers) => {
    expect(parsePartHeader(headers)).toBeUndefined();
  });
});
