import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImagePage } from '@darkroom/contracts';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { photo, photos } from './pictures.js';
import { makeProcessing, seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

/** Milliseconds for many pictures on a busy machine. */
const MANY = { timeout: 90_000 };

export function testUploads(gallery: () => Gallery): void {
  it('explains how to upload in an empty gallery', async () => {
    const opened = await gallery().open();
    await opened.page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    await opened.page.getByRole('button', { name: 'Choose pictures' }).waitFor();
    await opened.check('empty');
  });

  it('uploads one picture and shows it without a reload', async () => {
    const opened = await gallery().open();
    const { page } = opened;
    await page.evaluate(() => document.body.setAttribute('data-never-reloaded', ''));
    await opened.choose(await photo(1, 'sea.jpg'));
    await page.getByRole('region', { name: 'Uploads' }).getByText('sea.jpg').waitFor();
    await opened.card('sea.jpg').waitFor();
    const loaded = opened.card('sea.jpg').locator('picture img');
    await expect
      .poll(() => loaded.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
    expect(await page.locator('[data-never-reloaded]').count()).toBe(1);
    await opened.check('one');
  });

  it('uploads fifty pictures three at a time, with progress, until all are ready', MANY, async () => {
    const { stack, open } = gallery();
    const opened = await open();
    const { page } = opened;
    await page.evaluate(countUploads);
    await opened.choose(...(await photos(50)));
    const overall = page.getByRole('progressbar', { name: 'Progress of all uploads' });
    await overall.waitFor();
    await page
      .getByRole('progressbar', { name: /^Progress of photo-\d+\.jpg$/ })
      .first()
      .waitFor();
    await page.screenshot({ path: opened.pathOf('uploading') });
    await page.getByText('50 files uploaded').first().waitFor({ timeout: 60_000 });
    await overall.waitFor({ state: 'detached' });
    await opened.waitForCount(50);
    await expect
      .poll(
        async () => {
          const list = await stack.client.request('/api/images?status=ready&limit=200');
          return ImagePage.parse(await list.json()).items.length;
        },
        { timeout: 60_000 },
      )
      .toBe(50);
    // No card still shows a waiting state: the page received every event.
    await expect.poll(() => opened.card(/, (queued|processing)$/).count(), { timeout: 20_000 }).toBe(0);
    expect(await page.evaluate(() => document.body.dataset['mostUploads'])).toBe('3');
    await opened.check('fifty');
  });

  it('accepts pictures dropped or pasted anywhere', async () => {
    const opened = await gallery().open();
    const { page } = opened;
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    for (const [kind, number] of [
      ['drop', 1],
      ['paste', 2],
    ] as const) {
      const { name, buffer } = await photo(number, `${kind}.jpg`);
      await page.evaluate(bring, { kind, name, base64: buffer.toString('base64') });
      await opened.card(name).waitFor();
    }
    await opened.waitForCount(2);
  });

  it('uploads all pictures of a dropped folder', async () => {
    const opened = await gallery().open();
    const { page } = opened;
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-folder-'));
    try {
      await mkdir(path.join(folder, 'inner'));
      for (const [index, name] of ['outer.jpg', path.join('inner', 'deep.jpg')].entries())
        await writeFile(path.join(folder, name), (await photo(index + 1)).buffer);
      // Files that operating systems create in folders are not uploaded.
      await writeFile(path.join(folder, '.DS_Store'), 'x');
      await writeFile(path.join(folder, 'inner', 'Thumbs.db'), 'x');
      await dropFrom(page, folder);
      for (const name of ['outer.jpg', 'deep.jpg']) await opened.card(name).waitFor();
      await opened.waitForCount(2);
      expect(await page.getByText('could not be uploaded').count()).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('asks before the page closes during an upload, and does not store a cancelled upload', async () => {
    const { stack, open } = gallery();
    const opened = await open();
    const { page } = opened;
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    await slowUploadsDown(page);
    await opened.choose(await photo(1, 'slow.jpg'));
    const tray = page.getByRole('region', { name: 'Uploads' });
    // Browsers ask only after an interaction with the page.
    await tray.getByText('slow.jpg').click();
    const asked = page.waitForEvent('dialog');
    await page.evaluate(() => setTimeout(() => location.reload()));
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await tray.getByRole('button', { name: 'Cancel upload of slow.jpg' }).click();
    await tray.getByText('Cancelled').waitFor();
    const dialogs: string[] = [];
    page.on('dialog', (other) => {
      dialogs.push(other.type());
      void other.accept();
    });
    await page.reload();
    await page.getByRole('heading', { name: 'Drop your first pictures here' }).waitFor();
    expect(dialogs).toEqual([]);
    const list = await stack.client.request('/api/images');
    expect(ImagePage.parse(await list.json()).items).toEqual([]);
  });

  it('refuses a file that is not a picture without sending it', async () => {
    const { stack, open } = gallery();
    const opened = await open();
    await opened.choose({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
    const tray = opened.page.getByRole('region', { name: 'Uploads' });
    await tray.getByText('Unsupported file type.').waitFor();
    await opened.check('refused');
    const list = await stack.client.request('/api/images');
    expect(ImagePage.parse(await list.json()).items).toEqual([]);
  });

  it('shows the current step of a slow picture', async () => {
    const { stack, open } = gallery();
    const [image] = await seed(stack, { name: 'slow.jpg' });
    await makeProcessing(stack, image?.id ?? '');
    const opened = await open();
    await opened.card(/^slow\.jpg, processing/).waitFor();
    await opened.page.getByText('Processing …').waitFor();
    for (const [step, label] of [
      ['decoding', 'Decoding …'],
      ['storing', 'Storing sizes …'],
    ]) {
      await stack.database.query('update images set step = $1', [step]);
      await opened.page.getByText(label ?? '').waitFor();
    }
    await opened.check('processing');
  });
}

/** Slows uploads down to minutes. */
async function slowUploadsDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200 };
  await session.send('Network.emulateNetworkConditions', conditions);
}

/** Drags a file or folder from the machine onto the page and drops it. */
async function dropFrom(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 600,
      y: 400,
      data: { items: [], files: [file], dragOperationsMask: 1 },
    });
}

/** In the page: records the maximum number of simultaneous uploads. */
function countUploads(): void {
  let underWay = 0;
  let most = 0;
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...parts: unknown[]): void {
    // Before the listeners of the page, which may start the next upload.
    for (const end of ['load', 'error', 'abort']) this.addEventListener(end, () => (underWay -= 1));
    Reflect.apply(open, this, parts);
  };
  XMLHttpRequest.prototype.send = function (
    this: XMLHttpRequest,
    body?: XMLHttpRequestBodyInit | null,
  ): void {
    underWay += 1;
    most = Math.max(most, underWay);
    document.body.dataset['mostUploads'] = String(most);
    Reflect.apply(send, this, [body]);
  };
}

/** In the page: dispatches the events of dropping or pasting a file. */
function bring({ kind, name, base64 }: { kind: 'drop' | 'paste'; name: string; base64: string }): void {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: 'image/jpeg' }));
  if (kind === 'paste') {
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
    return;
  }
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
