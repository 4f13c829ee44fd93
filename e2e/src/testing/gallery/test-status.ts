import { expect, it } from 'vitest';
import { makeFailed, seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

export function testStatus(gallery: () => Gallery): void {
  it('shows queue, throughput, workers, failures and storage, live', async () => {
    const { stack, open } = gallery();
    const [failed] = await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' });
    const message = 'The picture is damaged.';
    await makeFailed(stack, failed?.id ?? '', { status: 'failed', code: 'corrupt_image', message });
    const opened = await open({ path: '/status' });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Status', exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Failures in the last 24 hours' })
      .getByText('corrupt_image')
      .waitFor();
    await page.getByRole('region', { name: 'Workers' }).getByText('0 of 2').waitFor();
    for (const name of ['Queue', 'Ready in the last hour', 'Storage'])
      expect(await page.getByRole('region', { name }).isVisible()).toBe(true);
    await opened.check('status');
    // The failure disappears with the picture, without a reload.
    await stack.client.request(`/api/images/${failed?.id}`, { method: 'DELETE' });
    await page.getByText('None. All pictures were processed.').waitFor();
  });
}
