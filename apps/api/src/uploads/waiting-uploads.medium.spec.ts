import { afterEach, describe, expect, it } from 'vitest';
import { makeReady } from '../testing/drive.js';
import { eventually } from '../testing/eventually.js';
import { file, jpegOf } from '../testing/multipart.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { problemOf, upload, uploadOne } from '../testing/upload.js';

let api: TestApi | undefined;
afterEach(() => api?.close());

const send = (to: TestApi, headers: Record<string, string> = {}) =>
  upload(to, [file(jpegOf(2_000))], headers);

describe('uploads while much waits', () => {
  it('are refused from DARKROOM_MAX_WAITING pictures on, with a time to wait, and accepted when there is room', async () => {
    api = await startApi({ DARKROOM_MAX_WAITING: '3' });
    const first = await uploadOne(api);
    await uploadOne(api);
    await uploadOne(api);
    const refused = await send(api);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(await problemOf(refused)).toMatchObject({
      status: 429,
      code: 'too_much_waiting',
      detail: `3 of your pictures (5.9 kB) are waiting to be processed. Try again in ${seconds} seconds.`,
    });
    expect(await api.stored()).toHaveLength(3);
    await makeReady(api, first.id);
    const own = api;
    await eventually(
      async () => (await send(own)).status,
      (status) => status === 202,
    );
    await eventually(
      async () => (await send(own)).headers.get('retry-after'),
      (wait) => wait !== null && Number(wait) >= 1 && Number(wait) < 60,
    );
  });

  it('are refused from DARKROOM_MAX_WAITING_BYTES on, but a single larger one passes', async () => {
    api = await startApi({ DARKROOM_MAX_WAITING_BYTES: '1KiB' });
    await uploadOne(api);
    expect((await problemOf(await send(api))).code).toBe('too_much_waiting');
  });

  it('do not bind the key of a refused call', async () => {
    api = await startApi({ DARKROOM_MAX_WAITING: '1' });
    const { id } = await uploadOne(api);
    const key = { 'idempotency-key': 'later' };
    expect((await send(api, key)).status).toBe(429);
    await makeReady(api, id);
    const own = api;
    await eventually(
      async () => (await send(own, key)).status,
      (status) => status === 202,
    );
    expect(await api.sql('select id from images')).toHaveLength(2);
  });

  it('have no limit where the settings are 0', async () => {
    api = await startApi({ DARKROOM_MAX_WAITING: '0', DARKROOM_MAX_WAITING_BYTES: '0' });
    for (let count = 0; count < 5; count += 1) expect((await send(api)).status).toBe(202);
  });
});
