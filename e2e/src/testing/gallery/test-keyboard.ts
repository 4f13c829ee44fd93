import { expect, it } from 'vitest';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

export function testKeyboard(gallery: () => Gallery): void {
  it('works without a mouse and shows the focus', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' }, { name: 'c.jpg' });
    const opened = await open();
    const { page } = opened;
    await opened.waitForCount(3);
    const focused = (): Promise<string> =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      );
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the pictures');
    await opened.check('skip-link');
    await page.keyboard.press('Enter');
    for (let presses = 0; !(await focused()).includes('c.jpg'); presses += 1) {
      expect(presses, 'presses of Tab from the skip link to the grid').toBeLessThan(15);
      await page.keyboard.press('Tab');
    }
    const outline = await opened.card('c.jpg').evaluate((element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return { outlineStyle, outlineWidth, boxShadow };
    });
    expect(outline.outlineStyle !== 'none' || outline.boxShadow !== 'none').toBe(true);

    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('b.jpg');
    await page.keyboard.press('End');
    expect(await focused()).toBe('a.jpg');
    await page.keyboard.press('Space');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 selected').waitFor({ state: 'detached' });

    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'a.jpg' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('dialog', { name: 'b.jpg' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('b.jpg');
    await page.keyboard.press('/');
    await page.keyboard.type('c');
    await opened.waitForCount(1);
  });
}
