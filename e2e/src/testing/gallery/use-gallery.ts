import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { services } from '@darkroom/testing';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Stack, type StackOptions, useStack } from '../stack.js';
import { GalleryPage } from './gallery-page.js';

const BUILT = fileURLToPath(new URL('../../../../apps/web/dist', import.meta.url));

/** Milliseconds for which a page is waited for, on a machine that is busy. */
const PATIENCE = 20_000;

const DESKTOP = { width: 1280, height: 800 };
/** A middling phone, held upright. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export interface OpenOptions extends BrowserContextOptions {
  /** From the root; `/` by default. */
  path?: string;
  phone?: boolean;
  /** Another way to the api than the straight one. */
  base?: string;
}

/** The gallery in a real browser, on a platform of its own. */
export interface Gallery {
  readonly stack: Stack;
  /** Opens a page of its own browser profile; it is closed, and its faults are looked at, after the test. */
  readonly open: (options?: OpenOptions) => Promise<GalleryPage>;
}

/**
 * A platform and a browser for the tests of a `describe`. A test fails when a page of it has said anything wrong that
 * the test did not expect; its pictures are gone when the next begins.
 *
 * @returns what gives both inside of a test
 */
export function useGallery(options: StackOptions = {}): () => Gallery {
  const stack = useStack({ ...options, settings: { DARKROOM_WEB: BUILT, ...options.settings } });
  const pages: GalleryPage[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!existsSync(BUILT))
      throw new Error('The gallery is not built; run "npm run build -w apps/web" first.');
    const executablePath = services().chromium?.executable ?? '';
    browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
  });
  afterEach(async () => {
    const faults = pages.flatMap((gallery) => gallery.faults);
    for (const { page } of pages.splice(0)) await page.context().close();
    await stack().database.query('delete from images');
    expect(faults).toEqual([]);
  });
  afterAll(() => browser?.close());
  return () => {
    const current = stack();
    return {
      stack: current,
      open: async ({ path = '/', phone = false, base = current.client.base, ...context } = {}) => {
        if (browser === undefined) throw new Error('The browser is there inside of tests alone.');
        const opened = await browser.newContext({
          baseURL: base,
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          // What moves is in a state that no test can name.
          reducedMotion: 'reduce',
          ...(phone ? PHONE : { viewport: DESKTOP }),
          ...context,
        });
        opened.setDefaultTimeout(PATIENCE);
        const gallery = await GalleryPage.of(await opened.newPage());
        pages.push(gallery);
        await gallery.page.goto(path);
        return gallery;
      },
    };
  };
}
