import { once } from 'node:events';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { UploadAnswer } from '@darkroom/contracts';
import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { field, file, jpegOf, multipart } from '../testing/multipart.js';
import { rawRequest } from '../testing/raw-request.js';
import { type ServiceProxy, serviceProxy } from '../testing/service-proxy.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { answerOf, problemOf, upload, uploadOne } from '../testing/upload.js';

const BIG = 300_000;

function head(length: number | 'chunked', boundary = 'x', more = ''): string {
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  return `POST /api/images HTTP/1.1\r\nHost: localhost\r\n${more}Content-Type: multipart/form-data; boundary=${boundary}\r\n${size}\r\n\r\n`;
}

describe('an upload that ends early', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const expectNothingLeft = async (): Promise<void> => {
    await eventually(api.stored, (files) => files.length === 0);
    expect(await api.sql('select id from images')).toEqual([]);
    expect(await api.sql('select key from idempotency_keys')).toEqual([]);
  };
  const incoming = () => eventually(api.stored, (files) => files.some((name) => name.includes('.incoming')));

  it.each<[string, (socket: Socket) => void]>([
    ['cut', (socket) => socket.destroy()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['half-closed', (socket) => socket.end()],
  ])('leaves nothing when the connection is %s in the middle of a file', async (_, breakOff) => {
    const { body } = multipart([file(jpegOf(100)), file(jpegOf(BIG))], 'x');
    const client = await rawRequest(api.port);
    await client.write(head(body.length, 'x', 'Idempotency-Key: cut\r\n'));
    await client.write(body.subarray(0, body.length / 2));
    await incoming();
    breakOff(client.socket);
    await eventually(
      () => api.sql('select key from idempotency_keys'),
      (keys) => keys.length === 0,
    );
    await expectNothingLeft();
    client.socket.destroy();
  });

  it('leaves nothing when a chunked request ends in the middle of a file', async () => {
    const { body } = multipart([file(jpegOf(BIG))], 'x');
    const half = body.subarray(0, body.length / 2);
    const client = await rawRequest(api.port);
    await client.write(head('chunked'));
    await client.write(`${half.length.toString(16)}\r\n`);
    await client.write(half);
    await incoming();
    await client.write('\r\n0\r\n\r\n');
    expect(await client.until(/\r\n\r\n.*\}/s)).toMatch(/^HTTP\/1\.1 422 .*"code":"invalid_request"/s);
    client.socket.destroy();
    await expectNothingLeft();
  });

  it('leaves nothing, and frees the key, when the client disconnects before the request is read', async () => {
    const connected = once(api.server, 'connection') as Promise<[Socket]>;
    const client = await rawRequest(api.port);
    const [socket] = await connected;
    await api.beside.transaction(async (sql) => {
      await sql.query('lock table idempotency_keys in access exclusive mode');
      await client.write(head(1_000, 'x', 'Idempotency-Key: gone\r\n'));
      await eventually(
        () =>
          api.sql(
            `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          ),
        (waiting) => waiting.length > 0,
      );
      const closed = new Promise((resolve) => socket.once('close', resolve));
      client.socket.destroy();
      await closed;
    });
    const again = () => upload(api, [field('title', 'no file')], { 'idempotency-key': 'gone' });
    await eventually(
      async () => (await again()).status,
      (status) => status === 422,
    );
    await expectNothingLeft();
  });

  it('sends the first answer to a client that continues to send after a refusal', async () => {
    const { body } = multipart([file(jpegOf(100), 'a.jpg', 'other'), file(jpegOf(BIG))], 'x');
    const client = await rawRequest(api.port);
    await client.write(head(body.length));
    await client.write(body.subarray(0, 1_000));
    await client.until(/^HTTP\/1\.1 422 /);
    await client.write(body.subarray(1_000));
    // The connection is still usable: the next request on it is answered.
    await client.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await client.rest()).toMatch(/HTTP\/1\.1 200 OK.*\{"status":"alive"\}/s);
    await expectNothingLeft();
  });
});

describe('an upload in progress', () => {
  it('completes when the process shuts down', async () => {
    const api = await startApi();
    const { body } = multipart([file(jpegOf(BIG))], 'x');
    const client = await rawRequest(api.port);
    await client.write(head(body.length));
    await client.write(body.subarray(0, body.length / 2));
    await eventually(api.stored, (files) => files.some((name) => name.includes('.incoming')));
    const closed = api.stop();
    await client.write(body.subarray(body.length / 2));
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 202 .*"status":"queued"/s);
    await closed;
    expect(await api.sql('select status from images')).toEqual([{ status: 'queued' }]);
    expect(await api.stored()).toHaveLength(1);
    await api.close();
  });

  it('keeps its answer when a repetition is cut off', async () => {
    const api = await startApi();
    const { body } = multipart([file(jpegOf(BIG))], 'x');
    const send = async (bytes: Buffer) => {
      const client = await rawRequest(api.port);
      await client.write(head(body.length, 'x', 'Idempotency-Key: again\r\n'));
      await client.write(bytes);
      return client;
    };
    const first = await send(body);
    await first.until(/^HTTP\/1\.1 202 .*\}/s);
    const closed = new Promise((resolve) => {
      api.server.once('connection', (socket: Socket) => socket.once('close', resolve));
    });
    const cut = await send(body.subarray(0, 100_000));
    cut.socket.destroy();
    await closed;
    const third = await send(body);
    expect(await third.until(/^HTTP\/1\.1 202 .*\}/s)).toMatch(/idempotency-replayed: true/i);
    expect(await api.stored()).toHaveLength(1);
    for (const client of [first, third]) client.socket.destroy();
    await api.close();
  });
});

describe('an upload while a service is down', () => {
  let api: TestApi;
  let databaseProxy: ServiceProxy;
  let brokerProxy: ServiceProxy | undefined;
  const { redis } = services();

  beforeAll(async () => {
    const direct = await startApi();
    const { database } = direct;
    databaseProxy = await serviceProxy(database.url);
    brokerProxy = redis && (await serviceProxy(redis.url));
    api = await startApi(
      { DATABASE_URL: databaseProxy.url, ...(brokerProxy && { REDIS_URL: brokerProxy.url }) },
      { sharedWith: direct },
    );
    const { close } = api;
    api.close = async () => {
      await close();
      await direct.close();
    };
  });
  afterAll(async () => {
    await api.close();
    await databaseProxy.close();
    await brokerProxy?.close();
  });

  it('answers 503 when storage is down, and stores nothing', async () => {
    const rows = () => api.sql('select id from images order by id');
    const before = { files: await api.stored(), rows: await rows() };
    const aside = `${api.media}-aside`;
    await rename(api.media, aside);
    await writeFile(api.media, 'a file where the folder was');
    try {
      const response = await upload(api, [file(jpegOf(BIG)), file(jpegOf(BIG))], { 'idempotency-key': 's' });
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
    } finally {
      await rm(api.media);
      await rename(aside, api.media);
    }
    expect({ files: await api.stored(), rows: await rows() }).toEqual(before);
    expect((await upload(api, [file(jpegOf(BIG))], { 'idempotency-key': 's' })).status).toBe(202);
  });

  it('answers 503 when storage fails in the middle of a file', async () => {
    const before = await api.stored();
    const { body } = multipart([file(jpegOf(BIG))], 'x');
    const client = await rawRequest(api.port);
    await client.write(head(body.length));
    await client.write(body.subarray(0, body.length / 2));
    await eventually(api.stored, (files) => files.some((name) => name.includes('.incoming')));
    const aside = `${api.media}-aside`;
    await rename(api.media, aside);
    // Like a mount point whose disk is gone.
    await mkdir(api.media);
    try {
      await client.write(body.subarray(body.length / 2));
      expect(await client.until(/\r\n\r\n.*\}/s)).toMatch(/^HTTP\/1\.1 503 /);
    } finally {
      client.socket.destroy();
      await rm(api.media, { recursive: true });
      await rename(aside, api.media);
    }
    expect((await api.stored()).filter((name) => !name.includes('.incoming'))).toEqual(before);
  });

  it('answers 503 when the database is down at the commit', async () => {
    const { body } = multipart([file(jpegOf(BIG))], 'x');
    const client = await rawRequest(api.port);
    await client.write(head(body.length));
    await client.write(body.subarray(0, -10));
    databaseProxy.cut();
    try {
      await client.write(body.subarray(-10));
      const answer = await client.until(/\r\n\r\n.*\}/s);
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer).toMatch(/retry-after: 5/i);
      // The bytes of an unknown commit stay. The next upload is refused before it stores more bytes.
      const left = await api.stored();
      expect((await upload(api, [file(jpegOf(BIG))])).status).toBe(503);
      expect(await api.stored()).toEqual(left);
    } finally {
      databaseProxy.mend();
    }
    client.socket.destroy();
    expect(await uploadOne(api)).toMatchObject({ status: 'queued' });
  });

  it.skipIf(!redis)(
    'is accepted while the broker is down, because the row is the source of truth',
    async () => {
      brokerProxy?.cut();
      try {
        const answer = await answerOf<UploadAnswer>(await upload(api, [file(jpegOf(BIG))]), 202);
        const id = answer.items[0]?.id;
        expect(await api.sql('select status from images where id = $1', [id])).toEqual([
          { status: 'queued' },
        ]);
      } finally {
        brokerProxy?.mend();
      }
    },
  );
});
