import { rename, rm, writeFile } from 'node:fs/promises';
import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { type ServiceProxy, serviceProxy } from '../testing/service-proxy.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { problemOf, uploadOne } from '../testing/upload.js';

describe('health', () => {
  let api: TestApi;
  let direct: TestApi;
  let database: ServiceProxy;
  let broker: ServiceProxy | undefined;
  const { redis } = services();

  beforeAll(async () => {
    direct = await startApi();
    database = await serviceProxy(direct.database.url);
    broker = redis && (await serviceProxy(redis.url));
    api = await startApi(
      { DATABASE_URL: database.url, ...(broker && { REDIS_URL: broker.url }) },
      { sharedWith: direct },
    );
  });
  afterAll(async () => {
    await api.close();
    await direct.close();
    await database.close();
    await broker?.close();
  });

  const ready = () =>
    eventually(
      async () => (await api.ask('/readyz')).status,
      (status) => status === 200,
    );
  const expectDown = async (...names: string[]) => {
    const response = await api.ask('/readyz');
    expect(response.headers.get('retry-after')).toBe('5');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 503, code: 'unavailable' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(names);
    for (const name of names) expect(problem.detail).toContain(name);
    // A restart would not repair it.
    expect((await api.ask('/healthz')).status).toBe(200);
  };

  it('is alive and ready', async () => {
    const alive = await api.ask('/healthz');
    expect(alive.headers.get('cache-control')).toBe('no-store');
    expect(await alive.json()).toEqual({ status: 'alive' });
    const answer = await api.ask('/readyz');
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'up', broker: 'up', storage: 'up' } },
    ]);
    expect((await api.ask('/readyz', { method: 'HEAD' })).status).toBe(200);
  });

  it('names the database when it is down, and every call answers 503', async () => {
    const { id } = await uploadOne(api);
    database.cut();
    try {
      await expectDown(...(redis ? ['database'] : ['database', 'broker']));
      for (const path of ['/api/images', `/api/images/${id}`]) {
        const response = await api.ask(path);
        expect(response.headers.get('retry-after')).toBe('5');
        expect(await problemOf(response)).toMatchObject({ status: 503, code: 'unavailable' });
      }
      expect((await api.ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(503);
      // Metrics are still available.
      expect(await (await api.ask('/metrics')).text()).toContain('darkroom_metric_read_failures_total');
    } finally {
      database.mend();
    }
    await ready();
    expect((await api.ask(`/api/images/${id}`)).status).toBe(200);
  });

  it.skipIf(!redis)('names the broker when it is down', async () => {
    broker?.cut();
    try {
      await expectDown('broker');
    } finally {
      broker?.mend();
    }
    await ready();
    expect((await api.ask('/readyz')).status).toBe(200);
  });

  it('names storage when it is down', async () => {
    await rename(api.media, `${api.media}-aside`);
    await writeFile(api.media, '');
    try {
      await expectDown('storage');
    } finally {
      await rm(api.media);
      await rename(`${api.media}-aside`, api.media);
    }
    await ready();
    expect((await api.ask('/readyz')).status).toBe(200);
  });

  it('measures requests, uploads, pictures and jobs for Prometheus', async () => {
    await uploadOne(api);
    await api.ask('/api/nothing');
    const response = await api.ask('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const page = await response.text();
    expect(page).toMatch(
      /^darkroom_http_requests_total\{method="POST",route="\/api\/images",status="202"\} \d+$/m,
    );
    expect(page).toMatch(/^darkroom_uploads_total\{outcome="accepted"\} \d+$/m);
    for (const name of [
      'darkroom_build_info',
      'darkroom_images',
      'darkroom_event_streams',
      'darkroom_upload_bytes_total',
      'darkroom_http_request_duration_seconds_bucket',
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_seconds',
    ])
      expect(page).toMatch(new RegExp(`^${name}[ {]`, 'm'));
    // No path adds a separate series.
    expect(page).not.toContain('/api/nothing');
  });
});
