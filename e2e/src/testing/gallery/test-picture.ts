import { Image } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

export function testPicture(gallery: () => Gallery): void {
  const read = async (id: string): Promise<Image> =>
    Image.parse(await (await gallery().stack.client.request(`/api/images/${id}`)).json());

  it('shows a picture with its facts and sizes, and opens the next one', async () => {
    const { stack, open } = gallery();
    const images = await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' });
    const opened = await open();
    const { page } = opened;
    await opened.card('b.jpg').click();
    const dialog = page.getByRole('dialog', { name: 'b.jpg' });
    await dialog.waitFor();
    expect(new URL(page.url()).pathname).toBe(`/images/${images[1]?.id}`);
    const sizes = dialog.getByRole('table', { name: 'Sizes' });
    await expect.poll(() => sizes.getByRole('row').count()).toBeGreaterThan(8);
    await opened.check('picture');
    await dialog.getByRole('button', { name: 'Zoom in' }).click();
    await dialog.getByRole('button', { name: 'Fit to screen' }).click();
    await dialog.getByRole('button', { name: 'Next picture' }).click();
    await page.getByRole('dialog', { name: 'a.jpg' }).waitFor();
    await page.getByRole('button', { name: 'Close picture' }).click();
    await opened.card('a.jpg').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await opened.card('a.jpg').click();
    await page.getByRole('dialog', { name: 'a.jpg' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await opened.waitForCount(2);
  });

  it('opens a picture by its link, copies links and downloads files', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'linked.jpg' });
    const opened = await open({
      path: `/images/${image?.id}`,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = opened;
    const dialog = page.getByRole('dialog', { name: 'linked.jpg' });
    await dialog
      .getByRole('button', { name: /^Copy link to/ })
      .first()
      .click();
    await page.getByText('Link copied').first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect((await fetch(copied)).headers.get('content-type')).toMatch(/^image\//);
    const download = page.waitForEvent('download');
    await dialog.getByRole('link', { name: 'Download original' }).click();
    expect((await download).suggestedFilename()).toBe('linked.jpg');
    const small = page.waitForEvent('download');
    await dialog.getByRole('link', { name: 'Download Small WebP' }).click();
    expect((await small).suggestedFilename()).toBe('linked-small.webp');
  });

  it('saves edits of title, caption, tags and expiry', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'plain.jpg' });
    const id = image?.id ?? '';
    const opened = await open({ path: `/images/${id}` });
    const { page } = opened;
    await page.getByRole('textbox', { name: 'Title' }).fill('By the sea');
    await page.getByRole('textbox', { name: 'Caption' }).fill('Late light');
    await page.getByRole('textbox', { name: 'Add a tag' }).fill('Holiday');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the tag holiday' }).waitFor();
    await expect
      .poll(async () => read(id))
      .toMatchObject({
        title: 'By the sea',
        caption: 'Late light',
        tags: ['holiday'],
      });
    await page.getByRole('combobox', { name: 'Expiry' }).selectOption({ label: 'In 1 hour' });
    await expect.poll(async () => (await read(id)).expiresAt).not.toBeNull();
    const left = Date.parse((await read(id)).expiresAt ?? '') - Date.now();
    expect(left / 60_000).toBeGreaterThan(55);
    expect(left / 60_000).toBeLessThanOrEqual(60);
    await page
      .getByText(/^Expires in/)
      .first()
      .waitFor();
    await opened.check('edited');
    await page.reload();
    await page.getByRole('dialog', { name: 'By the sea' }).waitFor();
    await page.getByRole('button', { name: 'Remove the tag holiday' }).click();
    await expect.poll(async () => (await read(id)).tags).toEqual([]);
  });

  it('reports a picture that does not exist', async () => {
    const opened = await gallery().open({ path: '/images/01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11' });
    opened.allowFailedRequests();
    await opened.page.getByText("This picture doesn't exist or has been deleted.").first().waitFor();
    await opened.check('no-picture');
  });
}
