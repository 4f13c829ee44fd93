import { expect, test } from 'vitest';
import { photo } from './pictures.js';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

export function testPhone(gallery: () => Gallery): void {
  test('a phone: empty, uploading, gallery, a picture, picking, status', async () => {
    const { stack, open } = gallery();
    const opened = await open({ phone: true });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    await opened.check('empty');
    await opened.choose(await photo(1, 'first.jpg'));
    await opened.card('first.jpg').waitFor();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' }, { name: 'c.jpg' }, { name: 'd.jpg' });
    await opened.holds(5);
    await opened.check('gallery');
    await page.getByRole('checkbox', { name: 'Select d.jpg' }).tap();
    await page.getByText('1 selected').waitFor();
    await opened.check('selected');
    await page.getByRole('button', { name: 'Clear selection' }).tap();
    await opened.card('d.jpg').tap();
    await page.getByRole('dialog', { name: 'd.jpg' }).waitFor();
    await opened.check('picture');
    await page.getByRole('button', { name: 'Close picture' }).tap();
    await page.getByRole('link', { name: 'Status' }).tap();
    await page.getByRole('region', { name: 'Storage' }).waitFor();
    await opened.check('status');
  });

  test('from right to left nothing breaks', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' });
    const opened = await open();
    await opened.holds(2);
    await opened.page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await opened.page.getByRole('checkbox', { name: 'Select b.jpg' }).click();
    await opened.check('right-to-left');
    const [first, second] = [
      await opened.card('b.jpg').boundingBox(),
      await opened.card('a.jpg').boundingBox(),
    ];
    expect(first?.x).toBeGreaterThan(second?.x ?? Infinity);
  });
}
