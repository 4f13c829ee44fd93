import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { photo } from './pictures.js';
import { makeFailed, seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

export function testPhone(gallery: () => Gallery): void {
  it('works on a phone: empty gallery, upload, selection, picture, status', async () => {
    const { stack, open } = gallery();
    const opened = await open({ phone: true });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    await opened.check('empty');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Take a photo' }).last().tap();
    const camera = await chooser;
    expect(await camera.element().getAttribute('capture')).toBe('environment');
    await camera.setFiles(await photo(1, 'first.jpg'));
    await opened.card('first.jpg').waitFor();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' }, { name: 'c.jpg' }, { name: 'd.jpg' });
    await opened.waitForCount(5);
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

  it('shows errors in whole lines on a phone, and breaks no word of the status page', async () => {
    const { stack, open } = gallery();
    const message = 'The picture is damaged or incomplete. Export it again from its source.';
    for (const { id } of await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' }))
      await makeFailed(stack, id, { status: 'failed', code: 'corrupt_image', message });
    const opened = await open({ phone: true });
    const { page } = opened;
    const shown = page.getByText(message).first();
    await shown.waitFor();
    expect(await linesOf(shown)).toBeCloseTo(2, 1);
    for (const name of ['a.jpg', 'b.jpg']) {
      const card = await opened.card(`${name}, failed`).boundingBox();
      const button = await page.getByRole('button', { name: `Delete: ${name}` }).boundingBox();
      expect(rightOf(button)).toBeLessThanOrEqual(rightOf(card));
    }
    await opened.check('failed');
    await page.goto('/status');
    expect(await linesOf(page.getByRole('columnheader', { name: 'Worker' }))).toBeLessThan(2);
  });

  it('swipes to the next and previous picture and closes, and zooms by pinching', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' });
    const opened = await open({ phone: true });
    const { page } = opened;
    await opened.card('b.jpg').tap();
    const dialog = page.getByRole('dialog', { name: 'b.jpg' });
    await dialog.getByRole('img', { name: 'b.jpg' }).waitFor();
    const fingers = await fingersOn(page);
    await fingers([{ x: 300, y: 300 }], [{ x: 120, y: 305 }]);
    await page.getByRole('dialog', { name: 'a.jpg' }).waitFor();
    await fingers([{ x: 120, y: 300 }], [{ x: 300, y: 295 }]);
    await dialog.waitFor();
    const widthOf = async () => Math.round((await dialog.getByRole('img').boundingBox())?.width ?? 0);
    const fit = await widthOf();
    const [near, far] = [
      [
        { x: 170, y: 300 },
        { x: 220, y: 300 },
      ],
      [
        { x: 120, y: 300 },
        { x: 270, y: 300 },
      ],
    ] as const;
    await fingers(near, far);
    await expect.poll(widthOf).toBe(3 * fit);
    // While zoomed in, a finger moves the picture instead.
    await fingers([{ x: 300, y: 300 }], [{ x: 120, y: 305 }]);
    expect(await widthOf()).toBe(3 * fit);
    await fingers(far, near);
    await expect.poll(widthOf).toBe(fit);
    await fingers([{ x: 200, y: 200 }], [{ x: 205, y: 380 }]);
    await dialog.waitFor({ state: 'detached' });
    await opened.waitForCount(2);
  });

  it('works from right to left', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'a.jpg' }, { name: 'b.jpg' });
    const opened = await open();
    await opened.waitForCount(2);
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

function rightOf(box: { x: number; width: number } | null): number {
  return (box?.x ?? Number.NaN) + (box?.width ?? Number.NaN);
}

/** Height of an element in lines of text. */
function linesOf(element: Locator): Promise<number> {
  return element.evaluate((shown) => {
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(shown);
    return (shown.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom)) / parseFloat(lineHeight);
  });
}

interface Finger {
  x: number;
  y: number;
}

/** Returns a function that touches the screen, moves the fingers in steps and lifts them, with real touch events. */
async function fingersOn(page: Page) {
  const session = await page.context().newCDPSession(page);
  const STEPS = 5;
  return async (from: readonly Finger[], to: readonly Finger[]): Promise<void> => {
    const at = (share: number) =>
      from.map(({ x, y }, id) => ({
        id,
        x: x + ((to[id]?.x ?? x) - x) * share,
        y: y + ((to[id]?.y ?? y) - y) * share,
      }));
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
    for (let step = 1; step <= STEPS; step += 1)
      await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / STEPS) });
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
}
