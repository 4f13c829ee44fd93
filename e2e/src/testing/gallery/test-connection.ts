import { ImagePage } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { TcpProxy } from '../tcp-proxy.js';
import { photo } from './pictures.js';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

const NOT_LOADED = 'The pictures could not be loaded';
const LOST = 'Connection lost. Reconnecting …';

async function throughProxy(gallery: Gallery, work: (proxy: TcpProxy) => Promise<void>): Promise<void> {
  const proxy = await TcpProxy.start(gallery.stack.client.base);
  try {
    await work(proxy);
  } finally {
    await proxy.close();
  }
}

export function testConnection(gallery: () => Gallery): void {
  it('retries an upload whose answer was lost with the same key, and stores one picture', async () => {
    const { stack, open } = gallery();
    await throughProxy(gallery(), async (proxy) => {
      const opened = await open({ base: proxy.url });
      const { page } = opened;
      opened.allowFailedRequests();
      await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
      const keys: (string | undefined)[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') keys.push(request.headers()['idempotency-key']);
      });
      const kept = async (): Promise<number> => {
        const list = await stack.client.request('/api/images');
        return ImagePage.parse(await list.json()).items.length;
      };
      proxy.holdAnswers();
      await opened.choose(await photo(1, 'lost.jpg'));
      await expect.poll(kept, { timeout: 20_000 }).toBe(1);
      proxy.cut();
      await page.getByText('Connection lost. Retrying …').first().waitFor();
      proxy.mend();
      await opened.card('lost.jpg').waitFor();
      expect(await kept()).toBe(1);
      expect(keys.length).toBeGreaterThan(1);
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toMatch(/^\S{16,}$/);
      await opened.waitForCount(1);
    });
  });

  it('shows a lost connection, and shows missed changes when it is back', async () => {
    const { stack, open } = gallery();
    const [old] = await seed(stack, { name: 'old.jpg' });
    await throughProxy(gallery(), async (proxy) => {
      const opened = await open({ base: proxy.url });
      const { page } = opened;
      opened.allowFailedRequests();
      await opened.card('old.jpg').waitFor();
      proxy.cut();
      await page.getByRole('alert').getByText(LOST).waitFor();
      await opened.check('connection-lost');
      await seed(stack, { name: 'meanwhile.jpg' });
      await stack.client.request(`/api/images/${old?.id}`, { method: 'DELETE' });
      proxy.mend();
      await opened.card('meanwhile.jpg').waitFor();
      await opened.card('old.jpg').waitFor({ state: 'detached' });
      await page.getByText(LOST).waitFor({ state: 'detached' });
    });
  });

  it('retries a list request without an answer, and shows no error', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'there.jpg' });
    const opened = await open();
    const { page } = opened;
    opened.allowFailedRequests();
    await opened.card('there.jpg').waitFor();
    let left = 2;
    await page.route('**/api/images?*', (route) =>
      left-- > 0 ? route.abort('connectionreset') : route.continue(),
    );
    await page.reload();
    const failed = page.getByRole('heading', { name: NOT_LOADED });
    await opened.card('there.jpg').or(failed).waitFor();
    expect(await failed.isVisible()).toBe(false);
    expect(left).toBe(-1);
  });

  it('loads a picture again whose request failed', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'there.jpg' });
    const opened = await open({ path: '/status' });
    const { page } = opened;
    opened.allowFailedRequests();
    let left = 2;
    await page.route('**/media/**', (route) =>
      left-- > 0 ? route.abort('connectionreset') : route.continue(),
    );
    await page.goto('/');
    await opened.card('there.jpg').locator('img.is-loaded').waitFor();
    expect(left).toBeLessThan(0);
  });

  it('loads a failed search again when the connection is back', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'there.jpg' });
    await throughProxy(gallery(), async (proxy) => {
      const opened = await open({ base: proxy.url });
      const { page } = opened;
      opened.allowFailedRequests();
      await opened.card('there.jpg').waitFor();
      proxy.cut();
      await page.getByRole('searchbox', { name: 'Search pictures' }).fill('there');
      const failed = page.getByRole('heading', { name: NOT_LOADED });
      await failed.waitFor();
      proxy.mend();
      await failed.waitFor({ state: 'detached' });
      await opened.waitForCount(1);
    });
  });

  it('shows why the gallery cannot be loaded, and loads it with "Try again"', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'there.jpg' });
    const opened = await open();
    const { page } = opened;
    opened.allowFailedRequests();
    await opened.card('there.jpg').waitFor();
    const problem = {
      type: 'about:blank',
      title: 'x',
      status: 503,
      detail: 'The database is not responding.',
      code: 'unavailable',
    };
    await page.route('**/api/images?*', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.reload();
    await page.getByRole('heading', { name: NOT_LOADED }).waitFor();
    await opened.check('loading-failed');
    await page.unroute('**/api/images?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await opened.card('there.jpg').waitFor();
  });
}
