import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type ImagePage, UploadAnswer } from '@darkroom/contracts';
import { drawJpeg, drawPng } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, file, jpegOf, multipart, type Part } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, upload } from '../testing/upload.js';

const MAX_BYTES = 20_000;
const MAX_REQUEST = 100_000;

describe('POST /api/images', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi({
      DARKROOM_MAX_BYTES: String(MAX_BYTES),
      DARKROOM_MAX_REQUEST_BYTES: String(MAX_REQUEST),
      DARKROOM_MAX_FILES: '3',
    });
  });
  afterAll(() => api.close());

  const uploadAccepted = async (...parts: Part[]): Promise<UploadAnswer> => {
    const answer = await answerOf<UploadAnswer>(await upload(api, parts), 202);
    expect(UploadAnswer.safeParse(answer).error).toBeUndefined();
    return answer;
  };
  /** Expects that the whole call is refused and nothing is stored. */
  const expectRefusal = async (call: () => Promise<Response>, status: number, code: string) => {
    const before = { files: (await api.stored()).length, rows: await rows() };
    const response = await call();
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status, code });
    expect({ files: (await api.stored()).length, rows: await rows() }).toEqual(before);
    return { problem, response };
  };
  const rows = async (): Promise<unknown> => (await api.sql('select count(*)::int as count from images'))[0];

  it('accepts a picture, stores its bytes and returns its facts', async () => {
    const bytes = await drawJpeg({ width: 40, height: 30 });
    const { items, rejected } = await uploadAccepted(file(bytes, 'Größe.jpg'), field('title', ' A  title '));
    expect(rejected).toEqual([]);
    expect(items).toEqual([
      expect.objectContaining({
        status: 'queued',
        error: null,
        filename: 'Größe.jpg',
        contentType: 'image/jpeg',
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        title: 'A  title',
        caption: null,
        tags: [],
        expiresAt: null,
        width: null,
        variants: [],
      }),
    ]);
    expect(await api.stored()).toContainEqual(
      expect.stringContaining(`uploads/${items[0]?.id}/original.jpg`),
    );
    const original = await api.ask(items[0]?.original.url ?? '');
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('accepts several pictures in order, with the same fields, and detects types by content', async () => {
    const png = await drawPng({ width: 8, height: 8 });
    const { items } = await uploadAccepted(
      file(jpegOf(100), '1.png'),
      field('caption', 'Both'),
      file(png, '2.jpg'),
    );
    expect(items.map(({ filename, contentType, caption }) => [filename, contentType, caption])).toEqual([
      ['1.png', 'image/jpeg', 'Both'],
      ['2.jpg', 'image/png', 'Both'],
    ]);
  });

  it('keeps the order of files from the same millisecond', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { items } = await uploadAccepted(
        file(jpegOf(10), '1'),
        file(jpegOf(9), '2'),
        file(jpegOf(8), '3'),
      );
      expect(items.map(({ filename }) => filename)).toEqual(['1', '2', '3']);
      const page = await answerOf<ImagePage>(await api.ask('/api/images?limit=3'), 200);
      expect(page.items.map(({ filename }) => filename)).toEqual(['3', '2', '1']);
    }
  });

  it('makes two images from equal bytes', async () => {
    const { items } = await uploadAccepted(file(jpegOf(100)), file(jpegOf(100)));
    expect(new Set(items.map(({ id }) => id)).size).toBe(2);
  });

  it('accepts the valid files and lists each refused one', async () => {
    const { items, rejected } = await uploadAccepted(
      file('<svg/>', 'a.jpg'),
      file(jpegOf(500), 'b.jpg'),
      file(jpegOf(MAX_BYTES + 1), 'c.jpg'),
    );
    expect(items.map(({ filename }) => filename)).toEqual(['b.jpg']);
    expect(rejected).toEqual([
      {
        filename: 'a.jpg',
        code: 'unsupported_media_type',
        message: expect.stringMatching(/^The content of a\.jpg is not in a supported format/),
      },
      {
        filename: 'c.jpg',
        code: 'too_large',
        message: 'c.jpg: the file is larger than the limit of 20 kB.',
      },
    ]);
  });

  it('accepts a file of exactly the limit', async () => {
    expect((await uploadAccepted(file(jpegOf(MAX_BYTES)))).items[0]?.bytes).toBe(MAX_BYTES);
  });

  it('accepts a part named file without a file name only if it is application/octet-stream', async () => {
    const part = {
      name: 'file',
      value: jpegOf(100),
      disposition: 'form-data; name="file"',
      type: 'application/octet-stream',
    };
    expect((await uploadAccepted(part)).items[0]?.filename).toBe('unnamed');
  });

  it('answers with the first problem when all files are refused', async () => {
    const { problem } = await expectRefusal(
      () => upload(api, [file(jpegOf(MAX_BYTES + 1), 'big.jpg'), file('', 'none.jpg')]),
      413,
      'too_large',
    );
    expect(problem.detail).toContain('big.jpg');
  });

  it('refuses an empty file as an unsupported type', async () => {
    const { problem } = await expectRefusal(
      () => upload(api, [file('', 'void.jpg')]),
      415,
      'unsupported_media_type',
    );
    expect(problem.detail).toContain('void.jpg is empty');
  });

  it('reads tags repeated and separated by commas, normalized and distinct', async () => {
    const { items } = await uploadAccepted(
      field('tags', ' Sea ,Cafe\u0301,, '),
      file(jpegOf(100)),
      field('tags', 'SEA'),
      field('tags', 'café,sun'),
    );
    expect(items[0]?.tags).toEqual(['sea', 'café', 'sun']);
  });

  it('reads fields before and after the files', async () => {
    const { items } = await uploadAccepted(
      field('title', 'first'),
      file(jpegOf(100)),
      field('expiresIn', '3600'),
    );
    expect(items[0]?.title).toBe('first');
    const left = Date.parse(items[0]?.expiresAt ?? '') - Date.now();
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_601_000);
  });

  it('treats empty fields as absent', async () => {
    const { items } = await uploadAccepted(
      field('title', ''),
      field('caption', '  '),
      field('tags', ''),
      file(jpegOf(9)),
    );
    expect(items[0]).toMatchObject({ title: null, caption: null, tags: [] });
  });

  it.each<[string, Part[], string]>([
    ['an unknown field', [field('colour', 'red')], 'colour'],
    ['a field named like a prototype', [field('__proto__', 'x')], '__proto__'],
    ['a repeated title', [field('title', 'a'), field('title', 'b')], 'title'],
    ['a title that is too long', [field('title', 'x'.repeat(201))], 'title'],
    ['a field that is too long', [field('caption', 'x'.repeat(70_000))], 'caption'],
    ['a NUL in the caption', [field('caption', 'a\0b')], 'caption'],
    ['a lone surrogate in the title', [field('title', Buffer.from([0x61, 0xed, 0xa0, 0x80]))], 'title'],
    [
      'a lone surrogate in another encoding',
      [{ name: 'title', value: Buffer.from([0, 0xd8]), type: 'text/plain; charset=utf-16le' }],
      'title',
    ],
    ['a title that is not UTF-8', [field('title', Buffer.from([0x61, 0xff]))], 'title'],
    ['21 tags', [field('tags', Array.from({ length: 21 }, (_, tag) => `t${tag}`).join(','))], 'tags'],
    ['a tag that is too long', [field('tags', 'x'.repeat(51))], 'tags'],
    ['an expiry that is not a number', [field('expiresIn', '1h')], 'expiresIn'],
    ['an expiry that is too short', [field('expiresIn', '59')], 'expiresIn'],
    ['an expiry that is too long', [field('expiresIn', '315360001')], 'expiresIn'],
    ['a file field of another name', [file(jpegOf(10), 'x.jpg', 'picture')], 'picture'],
    ['a field without a name', [{ name: '', value: 'x', disposition: 'form-data' }], 'file'],
  ])('refuses %s and stores nothing', async (_, parts, name) => {
    const after = await expectRefusal(
      () => upload(api, [file(jpegOf(5_000)), ...parts]),
      422,
      'invalid_request',
    );
    expect(after.problem.errors).toContainEqual(expect.objectContaining({ field: name }));
    await expectRefusal(() => upload(api, [...parts, file(jpegOf(5_000))]), 422, 'invalid_request');
  });

  it('refuses an unreadable part instead of skipping it', async () => {
    const odd = { name: '', value: jpegOf(50), type: 'image/jpeg' };
    for (const disposition of [
      'form-data; name="file"; filename="a\nb.jpg"',
      'attachment; name="file"; filename="a.jpg"',
    ])
      await expectRefusal(
        () => upload(api, [file(jpegOf(50)), { ...odd, disposition }]),
        422,
        'invalid_request',
      );
  });

  it('refuses a form without a file, and an empty form', async () => {
    const { problem } = await expectRefusal(
      () => upload(api, [field('title', 'alone')]),
      422,
      'invalid_request',
    );
    expect(problem.errors?.[0]?.field).toBe('file');
    await expectRefusal(() => upload(api, []), 422, 'invalid_request');
  });

  it.each([
    ['an empty body', ''],
    ['a body without its boundary', 'hello'],
    ['only a preamble', '--x'],
    ['a part that is cut off in its headers', '--x\r\nContent-Disposition: form-data; na'],
    [
      'a part that is cut off in its body',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\xff\xd8\xff\xe0',
    ],
    ['a form without its end', '--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--x\r\n'],
    ['only an end', '--x--\r\n'],
  ])('refuses %s', async (_, text) => {
    const body = Buffer.from(text, 'latin1');
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    await expectRefusal(
      () => api.ask('/api/images', { method: 'POST', headers, body }),
      422,
      'invalid_request',
    );
  });

  it.each([
    ['no boundary', 'multipart/form-data', 422],
    ['an empty boundary', 'multipart/form-data; boundary=', 422],
    ['JSON', 'application/json', 415],
    ['a bare picture', 'image/jpeg', 415],
    ['a URL-encoded form', 'application/x-www-form-urlencoded', 415],
    ['another multipart', 'multipart/mixed; boundary=x', 415],
    ['an invalid type', 'garbage', 415],
  ])('refuses a content type with %s', async (_, type, status) => {
    const request = { method: 'POST', headers: { 'content-type': type }, body: '{}' };
    const code = status === 415 ? 'unsupported_media_type' : 'invalid_request';
    await expectRefusal(() => api.ask('/api/images', request), status, code);
  });

  it('refuses a call without a body', async () => {
    await expectRefusal(() => api.ask('/api/images', { method: 'POST' }), 415, 'unsupported_media_type');
  });

  it('refuses too many files', async () => {
    const files = Array.from({ length: 4 }, () => file(jpegOf(1_000)));
    const { problem } = await expectRefusal(() => upload(api, files), 413, 'too_large');
    expect(problem.detail).toContain('3 files');
    expect((await uploadAccepted(...files.slice(1))).items).toHaveLength(3);
  });

  it('refuses a request over the limit by its Content-Length, before its body', async () => {
    const socket = connect(api.port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    socket.write(
      `POST /api/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${MAX_REQUEST + 1}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [string];
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('refuses a request over the limit without a Content-Length', async () => {
    const form = multipart(Array.from({ length: 12 }, () => file(jpegOf(10_000))).concat([]));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(form.body);
        controller.close();
      },
    });
    // Not more files than allowed, but too many bytes.
    const request = { method: 'POST', headers: form.headers, body, duplex: 'half' } as RequestInit;
    await expectRefusal(() => api.ask('/api/images', request), 413, 'too_large');
    const two = multipart([
      file(jpegOf(10_000)),
      field('title', 'x'),
      { name: 'file', filename: 'z', value: Buffer.alloc(MAX_REQUEST) },
    ]);
    const chunked = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < two.body.length; at += 7_000)
          controller.enqueue(two.body.subarray(at, at + 7_000));
        controller.close();
      },
    });
    await expectRefusal(
      () =>
        api.ask('/api/images', {
          method: 'POST',
          headers: two.headers,
          body: chunked,
          duplex: 'half',
        }),
      413,
      'too_large',
    );
  });

  it('accepts two uploads at the same time, each with its own fields', async () => {
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((title) => uploadAccepted(file(jpegOf(15_000)), field('title', title))),
    );
    expect(answers.map(({ items }) => items[0]?.title)).toEqual(['one', 'two', 'three']);
  });
});
