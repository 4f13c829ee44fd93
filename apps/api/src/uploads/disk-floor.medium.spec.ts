import { afterEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../testing/start-api.js';
import { file, jpegOf } from '../testing/multipart.js';
import { problemOf, upload } from '../testing/upload.js';

let api: TestApi;
afterEach(() => api.close());

describe('an upload without enough disk space', () => {
  it('is refused before a byte of it is stored, and can be retried', async () => {
    api = await startApi({ DARKROOM_DISK_FLOOR: '100000GiB' });
    const response = await upload(api, [file(jpegOf(1_000))]);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(await api.stored()).toEqual([]);
    expect(await api.sql('select id from images')).toEqual([]);
    expect((await api.ask('/api/images')).status).toBe(200);
  });

  it('is counted with its Content-Length', async () => {
    const { platform } = (api = await startApi({ DARKROOM_DISK_FLOOR: '1GiB' }));
    platform.storage.freeBytes = () => Promise.resolve(2 ** 30 + 10_000);
    expect((await upload(api, [file(jpegOf(20_000))])).status).toBe(503);
    expect((await upload(api, [file(jpegOf(1_000))])).status).toBe(202);
  });
});
