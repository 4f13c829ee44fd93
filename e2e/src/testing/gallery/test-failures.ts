import { Image, ImagePage } from '@darkroom/contracts';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import type { GalleryPage } from './gallery-page.js';
import { brokenPhoto, photo } from './pictures.js';
import { makeFailed, seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

const CORRUPT = {
  status: 'failed',
  code: 'corrupt_image',
  message: 'The picture is damaged or incomplete. Export it again from its source.',
} as const;

function actionsOf({ page }: GalleryPage, name: string): Record<'retry' | 'replace' | 'delete', Locator> {
  const button = (label: string) => page.getByRole('button', { name: `${label}: ${name}`, exact: true });
  return { retry: button('Try again'), replace: button('Upload a new version'), delete: button('Delete') };
}

export function testFailures(gallery: () => Gallery): void {
  const list = async (): Promise<Image[]> =>
    ImagePage.parse(await (await gallery().stack.client.request('/api/images')).json()).items;

  it('offers a new version or deletion for a corrupt picture, and no retry', async () => {
    const opened = await gallery().open();
    await opened.choose(brokenPhoto());
    await opened.card(/^broken\.jpg, failed/).waitFor();
    await opened.page.getByText('corrupt_image').first().waitFor();
    const actions = actionsOf(opened, 'broken.jpg');
    await actions.replace.waitFor();
    await actions.delete.waitFor();
    expect(await actions.retry.count()).toBe(0);
    await opened.check('failed');
    await actions.delete.click();
    await opened.card(/^broken\.jpg, failed/).waitFor({ state: 'detached' });
    await opened.page.getByRole('button', { name: 'Undo' }).click();
    await opened.card(/^broken\.jpg, failed/).waitFor();
  });

  it('replaces a failed picture by a new version that keeps title, caption, tags and expiry', async () => {
    const { stack, open } = gallery();
    const caption = 'Late light';
    const [image] = await seed(stack, { name: 'old.jpg', title: 'Sea', caption, tags: ['sea', 'holiday'] });
    const patched = await stack.client.request(`/api/images/${image?.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expiresIn: 3600 }),
    });
    const { expiresAt } = Image.parse(await patched.json());
    await makeFailed(stack, image?.id ?? '', CORRUPT);
    const opened = await open();
    const { page } = opened;
    await opened.card('Sea, failed').waitFor();
    const chooser = page.waitForEvent('filechooser');
    await actionsOf(opened, 'Sea').replace.click();
    await (await chooser).setFiles(await photo(5, 'new.jpg'));
    await opened.card('Sea').waitFor();
    await opened.card('Sea, failed').waitFor({ state: 'detached' });
    await opened.waitForCount(1);
    const toasts = page.getByRole('region', { name: 'Notifications' });
    await toasts.getByText('The new version is uploaded. The failed picture is deleted.').waitFor();
    await toasts.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(async () => (await list()).map(({ filename }) => filename)).toEqual(['new.jpg']);
    const [replaced] = await list();
    expect(replaced).toMatchObject({ title: 'Sea', caption, tags: ['sea', 'holiday'] });
    const drift = Date.parse(replaced?.expiresAt ?? '') - Date.parse(expiresAt ?? '');
    expect(Math.abs(drift)).toBeLessThan(60_000);
  });

  it('keeps a failed picture when the new version is refused', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'old.jpg' });
    await makeFailed(stack, image?.id ?? '', CORRUPT);
    const opened = await open();
    await opened.card('old.jpg, failed').waitFor();
    const chooser = opened.page.waitForEvent('filechooser');
    await actionsOf(opened, 'old.jpg').replace.click();
    const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') };
    await (await chooser).setFiles(file);
    const tray = opened.page.getByRole('region', { name: 'Uploads' });
    await tray.getByText('Unsupported file type.').waitFor();
    await opened.card('old.jpg, failed').waitFor();
    expect((await list()).map(({ id }) => id)).toEqual([image?.id]);
  });

  it('shows the new version in place of the failed picture that is open', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'old.jpg' });
    await makeFailed(stack, image?.id ?? '', CORRUPT);
    const opened = await open({ path: `/images/${image?.id}` });
    const { page } = opened;
    const failed = page.getByRole('dialog', { name: 'old.jpg' });
    await failed.getByRole('button', { name: 'Delete: old.jpg' }).waitFor();
    expect(await failed.getByRole('button', { name: /^Try again/ }).count()).toBe(0);
    await opened.check('failed-details');
    const chooser = page.waitForEvent('filechooser');
    await failed.getByRole('button', { name: 'Upload a new version: old.jpg' }).click();
    await (await chooser).setFiles(await photo(5, 'new.jpg'));
    await page.getByRole('dialog', { name: 'new.jpg' }).getByRole('img', { name: 'new.jpg' }).waitFor();
    expect(new URL(page.url()).pathname).not.toBe(`/images/${image?.id}`);
  });

  it('offers a retry where the cause may be gone, and the picture gets ready', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'tired.jpg' });
    const message = 'Processing took longer than the limit of 30 seconds.';
    await makeFailed(stack, image?.id ?? '', { status: 'failed', code: 'processing_timeout', message });
    const opened = await open();
    await opened.page.getByText(message).first().waitFor();
    const actions = actionsOf(opened, 'tired.jpg');
    await actions.retry.waitFor();
    expect(await actions.replace.count()).toBe(0);
    await actions.retry.click();
    await opened.card('tired.jpg').waitFor();
  });

  it('explains a quarantined picture', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'bomb.jpg' });
    const message = 'The decoder crashed on the picture twice.';
    const error = { status: 'quarantined', code: 'decoder_crashed', message } as const;
    await makeFailed(stack, image?.id ?? '', error);
    const opened = await open();
    await actionsOf(opened, 'bomb.jpg').retry.waitFor();
    await opened.card(/^bomb\.jpg, quarantined/).click();
    await opened.page.getByText('It is quarantined so that it cannot harm other pictures.').first().waitFor();
    await opened.check('quarantined');
  });
}
