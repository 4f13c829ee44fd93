import { Image } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { seed, type Seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

const HOLIDAY: Seed[] = [
  { name: 'img-1.jpg', title: 'Crème brûlée', tags: ['food'] },
  { name: 'img-2.jpg', title: 'Sunset over the sea', caption: 'Malmö', tags: ['sea', 'holiday'] },
  { name: 'img-3.jpg', tags: ['sea'] },
];

export function testLibrary(gallery: () => Gallery): void {
  it('searches as you type, reports when nothing matches, and keeps the search in the address', async () => {
    const { stack, open } = gallery();
    await seed(stack, ...HOLIDAY);
    const opened = await open();
    const { page } = opened;
    await opened.waitForCount(3);
    await opened.check('gallery');
    const search = page.getByRole('searchbox', { name: 'Search pictures' });
    await search.pressSequentially('malm');
    await opened.card('Sunset over the sea').waitFor();
    await opened.card('img-3.jpg').waitFor({ state: 'detached' });
    await page.reload();
    await opened.waitForCount(1);
    await search.fill('creme');
    await opened.card('Crème brûlée').waitFor();
    await search.fill('no such picture');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await opened.check('nothing-found');
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await opened.waitForCount(3);
  });

  it('filters by status and tag', async () => {
    const { stack, open } = gallery();
    await seed(stack, ...HOLIDAY);
    const opened = await open();
    const { page } = opened;
    await opened.waitForCount(3);
    await page.getByRole('combobox', { name: 'Tags' }).selectOption('sea');
    await opened.waitForCount(2);
    await opened.check('filtered');
    await page.getByRole('button', { name: 'Failed' }).click();
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Ready' }).click();
    await opened.waitForCount(2);
    await page.getByRole('button', { name: 'Stop filtering by the tag sea' }).click();
    await opened.waitForCount(3);
  });

  it('shows uploads, changes and deletions of other clients at once', async () => {
    const { stack, open } = gallery();
    const opened = await open();
    const [image] = await seed(stack, { name: 'theirs.jpg' });
    await opened.card('theirs.jpg').waitFor();
    await stack.client.request(`/api/images/${image?.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Theirs, named' }),
    });
    await opened.card('Theirs, named').waitFor();
    await stack.client.request(`/api/images/${image?.id}`, { method: 'DELETE' });
    await opened.page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
  });

  it('deletes with undo, and for good after the toast is dismissed', async () => {
    const { stack, open } = gallery();
    const [, second] = await seed(stack, { name: 'first.jpg' }, { name: 'second.jpg' });
    const opened = await open();
    const { page } = opened;
    await opened.card('second.jpg').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await opened.card('second.jpg').waitFor({ state: 'detached' });
    const toasts = page.getByRole('region', { name: 'Notifications' });
    await toasts.getByText('1 picture deleted').waitFor();
    await opened.check('deleted');
    await toasts.getByRole('button', { name: 'Undo' }).click();
    await opened.card('second.jpg').waitFor();
    Image.parse(await (await stack.client.request(`/api/images/${second?.id}`)).json());
    await opened.card('second.jpg').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    const gone = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await toasts
      .filter({ hasText: '1 picture deleted' })
      .getByRole('button', { name: 'Dismiss' })
      .last()
      .click();
    expect((await gone).status()).toBe(204);
    expect((await stack.client.request(`/api/images/${second?.id}`)).status).toBe(404);
    await page.reload();
    await opened.waitForCount(1);
  });
}
