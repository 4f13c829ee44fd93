import { readFile } from 'node:fs/promises';
import { Image, ImagePage } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { makeFailed, seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

const FIVE = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'].map((name) => ({ name }));

/** Number of entries, from the end record of a ZIP file (APPNOTE.TXT 4.3.16). */
function entriesOf(zip: Buffer): number {
  return zip.readUInt16LE(zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1')) + 10);
}

export function testSelection(gallery: () => Gallery): void {
  it('selects many pictures with Shift, tags, downloads and deletes them', async () => {
    const { stack, open } = gallery();
    const images = await seed(stack, ...FIVE);
    const opened = await open();
    const { page } = opened;
    await opened.waitForCount(5);
    await page.getByRole('checkbox', { name: 'Select e.jpg' }).click();
    await page.getByRole('checkbox', { name: 'Select c.jpg' }).click({ modifiers: ['Shift'] });
    const toolbar = page.getByRole('toolbar', { name: 'Selected pictures' });
    await toolbar.getByText('3 selected').waitFor();
    await opened.check('selected');

    await toolbar.getByRole('button', { name: 'Add tags' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add tags to 3 pictures' });
    await dialog.getByLabel('Tags, separated by commas').fill('Sea, holiday');
    await opened.check('tagging');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Tags added to 3 pictures.').first().waitFor();
    const tagged = await stack.client.request('/api/images?tag=sea&tag=holiday');
    expect(ImagePage.parse(await tagged.json()).items).toHaveLength(3);

    const download = page.waitForEvent('download');
    await toolbar.getByRole('button', { name: 'Download' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(/^darkroom-.*\.zip$/);
    const zip = await readFile(await saved.path());
    expect(entriesOf(zip)).toBe(3);
    expect(zip.length).toBeGreaterThan(images.slice(2).reduce((sum, { bytes }) => sum + bytes, 0));

    await toolbar.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('3 pictures deleted').first().waitFor();
    await opened.waitForCount(2);
    await toolbar.waitFor({ state: 'detached' });
  });

  it('retries the failed pictures of a selection, only those that a retry can help', async () => {
    const { stack, open } = gallery();
    const images = await seed(stack, ...FIVE.slice(0, 4));
    for (const [index, code] of ['internal', 'internal', 'corrupt_image'].entries())
      await makeFailed(stack, images[index]?.id ?? '', { status: 'failed', code, message: 'It failed.' });
    const opened = await open();
    const { page } = opened;
    await opened.card(/^a\.jpg, failed/).waitFor();
    await opened.card('d.jpg').focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Retry 2 failed' }).click();
    await opened.card('a.jpg').waitFor();
    await opened.card('b.jpg').waitFor();
    const statuses = await Promise.all(
      images.map(
        async ({ id }) => Image.parse(await (await stack.client.request(`/api/images/${id}`)).json()).status,
      ),
    );
    expect(statuses).toEqual(['ready', 'ready', 'failed', 'ready']);
  });
}
