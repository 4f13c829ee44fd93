import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Image, UploadAnswer } from '@darkroom/contracts';
import type { OpenedObject } from '@darkroom/storage';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { field, file, jpegOf } from '../testing/multipart.js';
import { readZip } from '../testing/read-zip.js';
import { startApi, type TestApi, TOKEN } from '../testing/start-api.js';
import { answerOf, problemOf, upload, uploadOne } from '../testing/upload.js';

const UNKNOWN = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';
const pathOf = (ids: readonly string[]): string => `/api/archive?${ids.map((id) => `id=${id}`).join('&')}`;

describe('GET /api/archive', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const add = async (...files: [Buffer, string][]): Promise<Image[]> => {
    const answer = await upload(
      api,
      files.map(([bytes, name]) => file(bytes, name)),
    );
    return (await answerOf<UploadAnswer>(answer, 202)).items;
  };

  it('contains the originals as uploaded, in the requested order, with distinct names', async () => {
    const contents = [jpegOf(70_000, 1), jpegOf(5, 2), jpegOf(300_000, 3)] as const;
    const images = await add([contents[0], 'sea.jpg'], [contents[1], 'Sea.JPG'], [contents[2], 'a:b.jpg']);
    const ids = images.map(({ id }) => id).toReversed();
    const response = await api.ask(pathOf([...ids, ids[0] ?? '']));
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="darkroom-\d{4}-\d\d-\d\d\.zip"$/,
    );
    const zip = Buffer.from(await response.arrayBuffer());
    // Known before the first byte, so that a browser can show the progress and detect a truncated download.
    expect(response.headers.get('content-length')).toBe(String(zip.length));
    expect(readZip(zip)).toEqual([
      { name: 'a_b.jpg', bytes: contents[2] },
      { name: 'Sea.JPG', bytes: contents[1] },
      { name: 'sea (2).jpg', bytes: contents[0] },
    ]);
  });

  it('accepts up to 200 pictures', async () => {
    const { items } = await answerOf<UploadAnswer>(
      await upload(
        api,
        Array.from({ length: 25 }, (_, index) => file(jpegOf(100 + index), `${index}.jpg`)),
      ),
      202,
    );
    const ids = items.map(({ id }) => id);
    while (ids.length < 200) ids.push(...ids.slice(0, Math.min(25, 200 - ids.length)));
    const response = await api.ask(pathOf(ids));
    expect(readZip(Buffer.from(await response.arrayBuffer()))).toHaveLength(25);
    const refused = await api.ask(pathOf([...ids, UNKNOWN]));
    expect(await problemOf(refused)).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'id', message: 'id accepts 1 to 200 ids' }],
    });
  });

  it.each(['', '?id=', '?id=x', '?ids=x', `?id=${UNKNOWN}&limit=1`])('refuses %j', async (query) => {
    expect(await problemOf(await api.ask(`/api/archive${query}`))).toMatchObject({
      status: 422,
      code: 'invalid_request',
    });
  });

  it('sends nothing if a picture does not exist, belongs to another owner, or has lost its original', async () => {
    const own = await uploadOne(api);
    const other = await uploadOne(api);
    const lost = await uploadOne(api, field('title', 'lost'));
    await api.sql('alter table images disable trigger user');
    await api.sql('update images set owner = $1 where id = $2', ['somebody else', other.id]);
    await api.sql('alter table images enable trigger user');
    for (const path of await api.stored()) if (path.includes(lost.id)) await rm(path);
    for (const id of [UNKNOWN, other.id, lost.id]) {
      const problem = await problemOf(await api.ask(pathOf([own.id, id])));
      expect(problem).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect((await problemOf(await api.ask(pathOf([lost.id])))).detail).toContain('missing in storage');
  });

  it('answers HEAD without reading the originals', async () => {
    const { id } = await uploadOne(api);
    const response = await api.ask(pathOf([id]), { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    expect((await api.ask(pathOf([UNKNOWN]), { method: 'HEAD' })).status).toBe(404);
  });

  it('closes the object when the client disconnects during the download', async () => {
    const [image] = await add([jpegOf(30_000_000), 'large.jpg']);
    const get = vi.spyOn(api.platform.storage, 'get');
    const socket = connect(api.port, '127.0.0.1');
    socket.write(`GET ${pathOf([image?.id ?? ''])} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    const opened = (await get.mock.results[0]?.value) as OpenedObject | undefined;
    expect(opened?.body.readableEnded).toBe(false);
    socket.destroy();
    await eventually(
      async () => opened?.body.destroyed,
      (isDestroyed) => isDestroyed === true,
    );
    get.mockRestore();
  });
});

describe('in token mode', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi({ DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN });
  });
  afterAll(() => api.close());

  it.each(['/api/archive', '/api/tags', '/api/operations'])('%s needs a token or a session', async (path) => {
    expect(await problemOf(await api.ask(`${path}?id=${UNKNOWN}`))).toMatchObject({ code: 'unauthorized' });
  });

  it('the limits need no token', async () => {
    expect((await api.ask('/api/limits')).status).toBe(200);
  });
});
