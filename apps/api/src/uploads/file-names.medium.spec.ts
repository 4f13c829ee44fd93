import type { UploadAnswer } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, jpegOf, type Part } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, upload } from '../testing/upload.js';

describe('the name of an uploaded file', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const nameOf = async (part: Part): Promise<string | undefined> => {
    const answer = await answerOf<UploadAnswer>(await upload(api, [part]), 202);
    const image = answer.items[0];
    // With any name, its link works, and its headers contain the name in a safe form.
    const original = await api.ask(image?.original.url ?? '');
    expect(original.status).toBe(200);
    expect(original.headers.get('content-disposition')).toMatch(/^inline; filename="[ -~]+"/);
    return image?.filename;
  };
  const disposition = (parameters: string | Buffer): Part => ({
    name: 'file',
    value: jpegOf(20),
    type: 'application/octet-stream',
    disposition: Buffer.concat([Buffer.from('form-data; name="file"; '), Buffer.from(parameters as string)]),
  });

  it.each([
    ['folders', '../../etc/cat.jpg', 'cat.jpg'],
    ['Windows folders', '..\\..\\cat.jpg', 'cat.jpg'],
    ['a drive', 'C:\\fakepath\\cat.jpg', 'cat.jpg'],
    ['only a folder', 'cats/', 'unnamed'],
    ['nothing', '', 'unnamed'],
    ['a dot', '.', 'unnamed'],
    ['two dots', '..', 'unnamed'],
    ['blanks', '   ', 'unnamed'],
    ['control characters', 'a\tb\u0001\u007fc.jpg', 'a b c.jpg'],
    ['line separators', 'a\u2028b.jpg', 'a b.jpg'],
    ['combining characters', 'cafe\u0301.jpg', 'café.jpg'],
    ['markup', '<img src=x onerror=alert(1)>.jpg', '<img src=x onerror=alert(1)>.jpg'],
    ['a single quote and percent signs', "o'%0d%0a%22.jpg", "o'%0d%0a%22.jpg"],
    ['a very long name', `${'n'.repeat(10_000)}.jpeg`, `${'n'.repeat(250)}.jpeg`],
    ['a very long extension', `n.${'e'.repeat(400)}`, `n.${'e'.repeat(253)}`],
    ['an emoji at the cut', `${'n'.repeat(249)}😀.jpg`, `${'n'.repeat(249)}.jpg`],
    ['emojis at the cut', '😀'.repeat(100), '😀'.repeat(63)],
  ])('is cleaned or cut: %s', async (_, given, kept) => {
    expect(await nameOf(file(jpegOf(20), given))).toBe(kept);
  });

  it('can contain escaped quotes', async () => {
    expect(await nameOf(disposition('filename="a \\"b\\".jpg"'))).toBe('a "b".jpg');
  });

  it('can be encoded by RFC 8187', async () => {
    expect(await nameOf(disposition("filename*=UTF-8''gr%C3%BC%C3%9Fe.jpg"))).toBe('grüße.jpg');
  });

  it('is the one of filename* where both are given', async () => {
    expect(await nameOf(disposition('filename="gr__e.jpg"; filename*=UTF-8\'\'gr%C3%BC%C3%9Fe.jpg'))).toBe(
      'grüße.jpg',
    );
  });

  it('can be encoded by RFC 2047', async () => {
    expect(await nameOf(disposition('filename="=?utf-8?Q?gr=C3=BC=C3=9Fe.jpg?="'))).toBe('grüße.jpg');
  });

  it('keeps a backslash next to a quote, which no path of Windows has', async () => {
    expect(await nameOf(disposition('filename="a\\"b\\\\.png"'))).toBe('a"b\\.png');
    expect(await nameOf(disposition('filename="a\\"b\\.png"'))).toBe('a"b\\.png');
  });

  it('is read as Latin-1 if its bytes are not UTF-8', async () => {
    expect(await nameOf(file(jpegOf(20), Buffer.from('caf\xe9.jpg', 'latin1')))).toBe('café.jpg');
    expect(await nameOf(file(jpegOf(20), Buffer.from('a\xed\xa0b.jpg', 'latin1')))).toBe('aí\u00a0b.jpg');
  });

  it.each([
    ['a NUL', 'filename="a\0b.jpg"'],
    ['an escaped NUL', "filename*=UTF-8''a%00.jpg"],
    ['a lone surrogate', "filename*=UTF-16LE''a%00%00%d8"],
    ['a line break', 'filename="a\nb.jpg"'],
  ])('is refused with %s', async (_, parameters) => {
    const response = await upload(api, [disposition(parameters)]);
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('that contains line breaks ends with its header', async () => {
    expect(await nameOf(disposition('filename="a\r\nb.jpg"'))).toBe('a');
  });

  it('is also cleaned for a refused file', async () => {
    const parts = [file(jpegOf(20)), file('no picture', '../x\u0007.txt')];
    const answer = await answerOf<UploadAnswer>(await upload(api, parts), 202);
    expect(answer.rejected[0]?.filename).toBe('x .txt');
  });
});
