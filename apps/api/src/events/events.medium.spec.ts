import type { Socket } from 'node:net';
import { Image } from '@darkroom/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeFail, makeReady } from '../testing/drive.js';
import { EventClient } from '../testing/event-client.js';
import { eventually } from '../testing/eventually.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi, TOKEN } from '../testing/start-api.js';
import { uploadOne } from '../testing/upload.js';

describe('live events', () => {
  let api: TestApi;
  let clients: EventClient[];

  beforeAll(async () => {
    api = await startApi();
  });
  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await eventually(openStreams, (open) => open === 0);
    await api.sql('delete from images');
    await api.sql('update deletions set bytes_removed_at = now()');
  });
  afterAll(() => api.close());

  const openStreams = async (): Promise<number> =>
    Number((await (await api.ask('/metrics')).text()).match(/^darkroom_event_streams (\d+)$/m)?.[1]);
  const open = async (path?: string, headers?: Record<string, string>, of = api): Promise<EventClient> => {
    const client = await EventClient.open(of, path, headers);
    clients.push(client);
    return client;
  };

  it('begin with the images in progress, then send each change with the whole image', async () => {
    const resting = await uploadOne(api);
    await makeReady(api, resting.id);
    const { id } = await uploadOne(api);
    const stream = await open();
    expect(stream.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(stream.head).toMatch(/content-type: text\/event-stream/i);
    expect(stream.head).toMatch(/cache-control: no-store/i);
    expect(stream.head).toMatch(/x-accel-buffering: no/i);
    const first = await stream.next();
    expect(first).toMatchObject({
      name: 'image',
      id: expect.stringMatching(/^\d+$/),
      data: { id, status: 'queued' },
    });
    expect(Image.safeParse(first.data).error).toBeUndefined();
    await makeReady(api, id);
    const ready = await stream.until(id, 'ready');
    expect(ready.data).toMatchObject({ width: 40, variants: [{ name: 'thumbnail' }] });
    await api.ask(`/api/images/${id}`, {
      method: 'PATCH',
      body: '{"title":"New"}',
      headers: { 'content-type': 'application/json' },
    });
    expect((await stream.next()).data).toMatchObject({ id, title: 'New' });
    await api.ask(`/api/images/${id}`, { method: 'DELETE' });
    expect(await stream.next()).toMatchObject({ name: 'deleted', data: { id } });
  });

  it('can be resumed before the first event', async () => {
    const stream = await open();
    const position = await stream.position();
    const missed = await uploadOne(api);
    await makeReady(api, missed.id);
    const resumed = await open('/api/events', { 'last-event-id': position });
    expect((await resumed.next()).data).toMatchObject({ id: missed.id, status: 'ready' });
  });

  it('send the states of an image in order, and each only once', async () => {
    const stream = await open();
    const images = await Promise.all([uploadOne(api), uploadOne(api), uploadOne(api)]);
    for (const { id } of images) await makeReady(api, id);
    const last = images.at(-1)?.id ?? '';
    const seen: { id: unknown; status: unknown }[] = [];
    for (;;) {
      const { data } = await stream.next();
      seen.push({ id: data['id'], status: data['status'] });
      if (data['id'] === last && data['status'] === 'ready') break;
    }
    for (const { id } of images) {
      const states = seen.filter((one) => one.id === id).map(({ status }) => status);
      const order = ['queued', 'processing', 'ready'];
      expect(states).toEqual(order.filter((status) => states.includes(status)));
      expect(states.at(-1)).toBe('ready');
    }
  });

  it('resume with Last-Event-ID without missing a change', async () => {
    const before = await open();
    const { id } = await uploadOne(api);
    const position = (await before.until(id, 'queued')).id;
    before.close();
    const doomed = await uploadOne(api);
    await makeReady(api, id);
    await api.ask(`/api/images/${doomed.id}`, { method: 'DELETE' });
    const after = await open('/api/events', { 'last-event-id': position });
    // The upload itself may be sent again: changes near the position are sent twice rather than never.
    const events = [await after.next()];
    while (events.at(-1)?.name !== 'deleted') events.push(await after.next());
    expect(events.map(({ data }) => data)).toContainEqual(expect.objectContaining({ id, status: 'ready' }));
    expect(events.at(-1)?.data).toEqual({ id: doomed.id });
  });

  it.each([
    ['garbage', 'garbage'],
    ['negative', '-1'],
    ['in the future', '999999999999999999'],
    ['too large', '9'.repeat(40)],
    ['before everything', '0'],
    ['an injection', "1'; drop table images; --"],
  ])('send a reset for a position that is %s, then begin again', async (_, position) => {
    const { id } = await uploadOne(api);
    const stream = await open('/api/events', { 'last-event-id': position });
    expect(await stream.next()).toMatchObject({
      name: 'reset',
      data: {},
      id: expect.stringMatching(/^\d+$/),
    });
    expect((await stream.next()).data).toMatchObject({ id, status: 'queued' });
  });

  it('begin again with an empty Last-Event-ID', async () => {
    const { id } = await uploadOne(api);
    const stream = await open('/api/events', { 'last-event-id': '' });
    expect(await stream.next()).toMatchObject({ name: 'image', data: { id } });
  });

  it('send a reset for a position that has been forgotten', async () => {
    const stream = await open();
    const { id } = await uploadOne(api);
    const position = (await stream.next()).id;
    await api.ask(`/api/images/${id}`, { method: 'DELETE' });
    expect((await stream.next()).name).toBe('deleted');
    await eventually(
      async () => {
        await api.beside.changes.trim(0);
        return api.sql('select 1 from deletions');
      },
      (rows) => rows.length === 0,
    );
    const late = await open('/api/events', { 'last-event-id': position });
    expect((await late.next()).name).toBe('reset');
  });

  it('of one image begin with it in any state, and leave out other images', async () => {
    const { id } = await uploadOne(api);
    await makeReady(api, id);
    const stream = await open(`/api/images/${id}/events`);
    expect((await stream.next()).data).toMatchObject({ id, status: 'ready' });
    const other = await uploadOne(api);
    await makeReady(api, other.id);
    await api.ask(`/api/images/${id}`, { method: 'DELETE' });
    expect(await stream.next()).toMatchObject({ name: 'deleted', data: { id } });
  });

  it('leave out images of other owners', async () => {
    const stream = await open();
    const mine = await uploadOne(api);
    await stream.until(mine.id, 'queued');
    const theirs = await api.sql<{ id: string }>(
      `insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
       select gen_random_uuid(), 'somebody-else', filename, content_type, bytes, sha256, created_at from images
       returning id`,
    );
    await api.sql(`delete from images where owner = 'somebody-else'`);
    await makeFail(api, mine.id);
    // The deletions of the previous test are near this position and may arrive here.
    const events = [await stream.next()];
    while (events.at(-1)?.data['status'] !== 'failed') events.push(await stream.next());
    const ids = events.map(({ data }) => data['id']);
    expect(ids.at(-1)).toBe(mine.id);
    expect(theirs.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  it('reach every process on the same database', async () => {
    const second = await startApi({}, { sharedWith: api });
    const streams = [await open(), await open('/api/events', {}, second)];
    const { id } = await uploadOne(second);
    for (const stream of streams) await stream.until(id, 'queued');
    await makeFail(api, id);
    for (const stream of streams) expect((await stream.until(id, 'failed')).name).toBe('image');
    for (const stream of streams) stream.close();
    await second.close();
  });

  it('survive the loss of the listening connection to the database', async () => {
    const stream = await open();
    const first = await uploadOne(api);
    await stream.until(first.id, 'queued');
    const killed = await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'darkroom-listener' and datname = current_database()`,
    );
    expect(killed).toHaveLength(1);
    await makeFail(api, first.id);
    await stream.until(first.id, 'failed');
    const second = await uploadOne(api);
    await stream.until(second.id, 'queued');
  });

  it('survive the loss of every connection to the database', async () => {
    const stream = await open();
    const { id } = await uploadOne(api);
    await stream.until(id, 'queued');
    await api.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    );
    await eventually(
      async () => (await api.ask('/readyz')).status,
      (status) => status === 200,
    );
    await makeFail(api, id);
    expect((await stream.until(id, 'failed')).name).toBe('image');
  });

  it('answer HEAD without opening a stream', async () => {
    const response = await api.ask('/api/events', { method: 'HEAD' });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await openStreams()).toBe(0);
  });

  it('release the stream of a client that disconnects before the stream begins', async () => {
    const { id } = await uploadOne(api);
    const connected = new Promise<Socket>((resolve) => api.server.once('connection', resolve));
    const client = await rawRequest(api.port);
    const socket = await connected;
    await api.beside.transaction(async (sql) => {
      await sql.query('lock table images in access exclusive mode');
      await client.write(`GET /api/images/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await eventually(
        () =>
          api.sql(
            `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          ),
        (waiting) => waiting.length > 0,
      );
      const closed = new Promise((resolve) => socket.once('close', resolve));
      client.socket.destroy();
      await closed;
    });
    const stream = await open();
    expect((await stream.next()).data).toMatchObject({ id });
    expect(await openStreams()).toBe(1);
  });

  it('disconnect a client that does not read, and continue for the others', async () => {
    const slow = await open();
    slow.socket.pause();
    const { id } = await uploadOne(api);
    const stream = await open();
    await stream.next();
    const caption = 'x'.repeat(2_000);
    for (let round = 0; (await openStreams()) === 2; round += 1) {
      if (round === 200) throw new Error('the slow client is still connected');
      // Hundreds of images change in one transaction.
      await api.sql(
        `insert into images (id, owner, filename, content_type, bytes, sha256, created_at, caption)
         select gen_random_uuid(), owner, filename, content_type, bytes, sha256, created_at, $2
         from images, generate_series(1, 300) where id = $1`,
        [id, caption],
      );
      await api.sql('delete from images where id <> $1', [id]);
    }
    await makeFail(api, id);
    expect((await stream.until(id, 'failed')).name).toBe('image');
  }, 60_000);
});

describe('live events of a session', () => {
  const signedIn = async (api: TestApi): Promise<Record<string, string>> => {
    const response = await api.ask('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: TOKEN }),
    });
    return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };

  it('end at sign-out, without affecting other streams', async () => {
    const api = await startApi({ DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN });
    const headers = await signedIn(api);
    const mine = await EventClient.open(api, '/api/events', headers);
    const theirs = await EventClient.open(api, '/api/events', await signedIn(api));
    const bearer = await EventClient.open(api, '/api/events', { authorization: `Bearer ${TOKEN}` });
    await api.ask('/api/session', { method: 'DELETE', headers });
    await mine.end();
    const id = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
    await api.sql(
      `insert into images (id, owner, filename, content_type, bytes, sha256, created_at)
       values ($1, 'owner', 'a', 'image/jpeg', 1, repeat('a', 64), now())`,
      [id],
    );
    for (const stream of [theirs, bearer]) {
      expect((await stream.until(id, 'queued')).name).toBe('image');
      stream.close();
    }
    await api.close();
  });

  it('end at the shutdown of the process', async () => {
    const api = await startApi();
    const stream = await EventClient.open(api);
    await api.close();
    expect(await stream.end()).toMatch(/^retry: 2000\n\n(id: \d+\n\n)?$/);
  });
});
