import type { UploadAnswer } from '@darkroom/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { field, file, jpegOf, multipart, type Part } from '../testing/multipart.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, upload } from '../testing/upload.js';

const BODY: Part[] = [
  field('title', 'A'),
  field('caption', 'B'),
  file(jpegOf(3_000), 'a.jpg'),
  file('no picture', 'b.txt'),
];

describe('Idempotency-Key', () => {
  let api: TestApi;
  let key: string;
  let count = 0;

  beforeAll(async () => {
    api = await startApi({ DARKROOM_MAX_BYTES: '5000' });
  });
  beforeEach(() => {
    count += 1;
    key = `key-${count}`;
  });
  afterAll(() => api.close());

  const send = (parts: Part[], by = key) => upload(api, parts, { 'idempotency-key': by });
  const images = async () => (await api.sql<{ n: number }>('select count(*)::int as n from images'))[0]?.n;

  it('returns the first answer again, for any boundary, and stores nothing', async () => {
    const first = await send(BODY);
    const answer = await answerOf<UploadAnswer>(first, 202);
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    const before = { images: await images(), stored: await api.stored() };
    const second = await send(BODY);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await answerOf<UploadAnswer>(second, 202)).toEqual(answer);
    expect(answer.rejected).toHaveLength(1);
    expect({ images: await images(), stored: await api.stored() }).toEqual(before);
  });

  it.each<[string, Part[]]>([
    ['other bytes', [...BODY.slice(0, 2), file(jpegOf(3_000, 8), 'a.jpg'), ...BODY.slice(3)]],
    ['another file name', [...BODY.slice(0, 2), file(jpegOf(3_000), 'c.jpg'), ...BODY.slice(3)]],
    ['another field', [field('title', 'Z'), ...BODY.slice(1)]],
    ['one field fewer', BODY.slice(1)],
    ['another order of fields', [BODY[1], BODY[0], ...BODY.slice(2)] as Part[]],
    ['another order of files', [...BODY.slice(0, 2), BODY[3], BODY[2]] as Part[]],
    ['one file more', [...BODY, file(jpegOf(10), 'd.jpg')]],
    ['other bytes of a refused file', [...BODY.slice(0, 3), file('no pictur3', 'b.txt')]],
    ['invalid fields', [...BODY, field('colour', 'red')]],
  ])('refuses %s as a conflict', async (_, other) => {
    await answerOf(await send(BODY), 202);
    const before = { images: await images(), stored: await api.stored() };
    const response = await send(other);
    expect(response.headers.has('retry-after')).toBe(false);
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'conflict' });
    expect({ images: await images(), stored: await api.stored() }).toEqual(before);
  });

  it('refuses different bytes of a file that was too large', async () => {
    const parts = (fill: number) => [file(jpegOf(10), 'a.jpg'), file(jpegOf(6_000, fill), 'big.jpg')];
    await answerOf(await send(parts(1)), 202);
    expect((await send(parts(1))).headers.get('idempotency-replayed')).toBe('true');
    expect((await send(parts(2))).status).toBe(409);
  });

  it('refuses a second call while the first one runs, and returns its answer afterwards', async () => {
    const form = multipart(BODY, 'x');
    const client = await rawRequest(api.port);
    await client.write(
      `POST /api/images HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: ${key}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${form.body.length}\r\n\r\n`,
    );
    await client.write(form.body.subarray(0, 200));
    await eventually(
      () => api.sql('select 1 from idempotency_keys where key = $1', [key]),
      (rows) => rows.length === 1,
    );
    const meanwhile = await send(BODY);
    expect(meanwhile.headers.get('retry-after')).toBe('2');
    expect(await problemOf(meanwhile)).toMatchObject({ status: 409, code: 'conflict' });
    await client.write(form.body.subarray(200));
    await client.until(/^HTTP\/1\.1 202 .*"rejected"/s);
    client.socket.destroy();
    expect((await send(BODY)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('makes one image from simultaneous calls', async () => {
    const before = await images();
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(BODY)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(202);
    expect(statuses.filter((status) => status !== 202 && status !== 409)).toEqual([]);
    expect(await images()).toBe((before ?? 0) + 1);
  });

  it.each<[string, Part[], number]>([
    ['an invalid field', [file(jpegOf(10)), field('expiresIn', '1')], 422],
    ['no accepted file', [file('x', 'x.txt')], 415],
    ['only a file that is too large', [file(jpegOf(6_000))], 413],
  ])('is free again after a first call with %s', async (_, parts, status) => {
    expect((await send(parts)).status).toBe(status);
    const second = await send(BODY);
    expect(second.status).toBe(202);
    expect(second.headers.has('idempotency-replayed')).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['outside ASCII', 'k\u00e9y'],
  ])('is refused when it is %s', async (_, bad) => {
    const before = await api.stored();
    expect(await problemOf(await send(BODY, bad))).toMatchObject({
      status: 422,
      code: 'invalid_request',
      errors: [{ field: 'Idempotency-Key' }],
    });
    expect(await api.stored()).toEqual(before);
  });

  it('belongs to its owner', async () => {
    const claim = await api.beside.idempotency.claim('somebody-else', key);
    expect(claim.kind).toBe('claimed');
    expect((await send(BODY)).status).toBe(202);
  });

  it('is forgotten after 24 hours', async () => {
    await answerOf(await send(BODY), 202);
    await api.sql(`update idempotency_keys set created_at = now() - interval '25 hours' where key = $1`, [
      key,
    ]);
    const again = await send([file(jpegOf(20))]);
    expect(again.status).toBe(202);
    expect(again.headers.has('idempotency-replayed')).toBe(false);
  });
});
