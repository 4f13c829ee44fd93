import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { services } from '@darkroom/testing';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Stack, type StackOptions, useStack } from '../stack.js';
import { GalleryPage } from './gallery-page.js';

const BUILT = fileURLToPath(new URL('../../../../apps/web/dist', import.meta.url));

/** Milliseconds to wait for the page on a busy machine. */
const PAGE_TIMEOUT = 20_000;

const DESKTOP = { width: 1280, height: 800 };
/** A mid-range phone in portrait orientation. */
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export interface OpenOptions extends BrowserContextOptions {
  /** Path of the page; `/` by default. */
  path?: string;
  phone?: boolean;
  /** Base URL of the page, for access through a proxy. */
  base?: string;
}

/** The gallery in a real browser, with its own platform. */
export interface Gallery {
  readonly stack: Stack;
  /** Opens a page in a new browser profile. After the test, the page is closed and its errors are checked. */
  readonly open: (options?: OpenOptions) => Promise<GalleryPage>;
}

/**
 * Starts a platform and a browser for the tests of a `describe`. A test fails if one of its pages reports an unexpected
 * error. All pictures are deleted after each test.
 *
 * @returns a function that returns both, for use inside a test
 */
export function useGallery(options: StackOptions = {}): () => Gallery {
  const stack = useStack({ ...options, settings: { DARKROOM_WEB: BUILT, ...options.settings } });
  const pages: GalleryPage[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!existsSync(BUILT))
      throw new Error('The gallery is not built. Run "npm run build -w apps/web" first.');
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
        if (browser === undefined) throw new Error('The browser is available only inside tests.');
        const opened = await browser.newContext({
          baseURL: base,
          locale: 'en-GB',
          timezoneId: 'Europe/Berlin',
          // Tests cannot check an element in the middle of an animation.
          reducedMotion: 'reduce',
          ...(phone ? PHONE : { viewport: DESKTOP }),
          ...context,
        });
        opened.setDefaultTimeout(PAGE_TIMEOUT);
        const gallery = await GalleryPage.of(await opened.newPage());
        pages.push(gallery);
        await gallery.page.goto(path);
        return gallery;
      },
    };
  };
}
