import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PickedFile } from './pictures.js';

/** Folder for a screenshot of every checked state, for people to look at. */
const STATES = path.join(tmpdir(), 'darkroom-gallery');

/** Chromium logs every failed request. */
const FAILED_REQUEST = /^Failed to load resource: /;
/** The network of the machine changed, for example because a container started. The page is not the cause. */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

/** One open page of the gallery, with its errors. */
export class GalleryPage {
  readonly page: Page;
  readonly #faults: string[] = [];
  readonly #expected: RegExp[] = [NETWORK_CHANGED];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.#faults.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.#faults.push(error.stack ?? error.message));
  }

  static async of(page: Page): Promise<GalleryPage> {
    const gallery = new GalleryPage(page);
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
        console.error(`Content-Security-Policy: ${violatedDirective} ${blockedURI} ${sample}`);
      });
    });
    return gallery;
  }

  /** The card of a picture, by its name, with its state if the picture is not ready. */
  card(name: string | RegExp): Locator {
    return this.page.getByRole('grid', { name: 'Pictures' }).getByRole('link', { name, exact: true });
  }

  /** Chooses files to upload, like the file chooser. */
  async choose(...files: PickedFile[]): Promise<void> {
    await this.page.getByLabel('Pictures to upload').first().setInputFiles(files);
  }

  /** Waits until the gallery shows this number of pictures, all loaded. */
  async waitForCount(count: number): Promise<void> {
    await this.page
      .getByText(`${count.toLocaleString('en')} ${count === 1 ? 'picture' : 'pictures'} in all`)
      .waitFor();
  }

  /** Path of the screenshot of a state. */
  pathOf(name: string): string {
    const isPhone = (this.page.viewportSize()?.width ?? 0) < 600;
    return path.join(STATES, `${name}-${isPhone ? 'phone' : 'desktop'}.png`);
  }

  /** Expects errors that match. Any other error on the console fails the test. */
  allow(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** Expects failed requests. */
  allowFailedRequests(): void {
    this.allow(FAILED_REQUEST);
  }

  /** Console errors and warnings, exceptions and CSP violations that the test did not expect. */
  get faults(): string[] {
    return this.#faults.filter((fault) => !this.#expected.some((pattern) => pattern.test(fault)));
  }

  /**
   * Checks the current state: axe finds nothing serious in light and dark mode, and nothing is wider than the screen.
   * Saves a screenshot of each mode.
   *
   * @param name - name of the state, for the file name
   */
  async check(name: string): Promise<void> {
    await mkdir(STATES, { recursive: true });
    for (const colorScheme of ['dark', 'light'] as const) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      await this.page.screenshot({
        path: this.pathOf(`${name}-${colorScheme}`),
        scale: 'css',
      });
      // Polled, because the colours may still be changing.
      const violations = () => this.#violations(colorScheme);
      await expect.poll(violations, { timeout: 5_000, message: `${name}, ${colorScheme}` }).toEqual([]);
    }
    const beyond = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond, `${name}: pixels wider than the screen`).toBeLessThanOrEqual(0);
  }

  /** Serious and critical findings of axe, with their elements. The page's CSP does not block scripts of the test. */
  async #violations(colorScheme: 'light' | 'dark'): Promise<string[]> {
    if (await this.page.evaluate(() => !('axe' in window))) await this.page.evaluate(axe.source);
    // Dark mode differs only in its colours.
    const runOnly = colorScheme === 'dark' ? ['color-contrast'] : null;
    return this.page.evaluate(async (rules) => {
      const { axe: inPage } = window as unknown as { axe: typeof axe };
      const { violations } = await inPage.run(document, {
        resultTypes: ['violations'],
        ...(rules !== null && { runOnly: rules }),
      });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
    }, runOnly);
  }
}
