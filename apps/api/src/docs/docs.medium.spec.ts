import { routes } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../testing/start-api.js';

describe('the docs', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it('are at the printed address', async () => {
    const response = await api.ask('/', { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/api/docs']);
  });

  it('load nothing from other origins', async () => {
    const response = await api.ask('/api/docs');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
    const page = await response.text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(links.filter((url) => !url.startsWith('/api/docs/') && url !== 'data:,')).toEqual([]);
    // Inline scripts would not run under this policy.
    expect(page).not.toMatch(/<script>|<script [^>]*[^/]>[^<]/);
    for (const url of links.filter((one) => one.startsWith('/'))) {
      const asset = await api.ask(url);
      expect([url, asset.status]).toEqual([url, 200]);
      expect(asset.headers.get('content-type')).toMatch(
        url.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
      );
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
  });

  it('describe every route', async () => {
    const response = await api.ask('/api/openapi.json');
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const document = (await response.json()) as { openapi: string; info: { version: string }; paths: object };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.version).toBe('0.0.0-test');
    expect(Object.keys(document.paths).toSorted()).toEqual(
      [...new Set(routes.map(({ path }) => path))].toSorted(),
    );
  });
});
