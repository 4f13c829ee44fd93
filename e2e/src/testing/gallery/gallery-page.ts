import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PickedFile } from './pictures.js';

/** Where every checked state is kept as a picture, for people to look at. */
const STATES = path.join(tmpdir(), 'darkroom-gallery');

/** Chromium tells of every request that failed in words of its own. */
const FAILED_REQUEST = /^Failed to load resource: /;
/** Another program has changed the machine's network, as a container that starts does: no fault of the page's. */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

/** One open page of the gallery, and whatever went wrong on it. */
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

  /** The card of a picture: its name, and its state while it is not ready. */
  card(name: string | RegExp): Locator {
    return this.page.getByRole('grid', { name: 'Pictures' }).getByRole('link', { name, exact: true });
  }

  /** Chooses files to upload, as the dialog of the system would. */
  async choose(...files: PickedFile[]): Promise<void> {
    await this.page.getByLabel('Pictures to upload').first().setInputFiles(files);
  }

  /** Waits until this is what the gallery holds, all of it loaded. */
  async holds(count: number): Promise<void> {
    await this.page
      .getByText(`${count.toLocaleString('en')} ${count === 1 ? 'picture' : 'pictures'} in all`)
      .waitFor();
  }

  /** Where a picture of this state is kept. */
  pathOf(name: string): string {
    const isPhone = (this.page.viewportSize()?.width ?? 0) < 600;
    return path.join(STATES, `${name}-${isPhone ? 'phone' : 'desktop'}.png`);
  }

  /** Names what this test brings about on purpose: any other error on the console fails it. */
  allow(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** Requests that fail are part of this test. */
  allowFailedRequests(): void {
    this.allow(FAILED_REQUEST);
  }

  /** Errors and warnings of the console, exceptions, violations of the policy. */
  get faults(): string[] {
    return this.#faults.filter((fault) => !this.#expected.some((pattern) => pattern.test(fault)));
  }

  /**
   * Checks a state that the gallery is in: nothing serious by axe, in light and in dark, nothing wider than the screen.
   * Keeps a picture of each.
   *
   * @param name - of the state, for the picture's file
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
      // A page that has just changed its colours may be looked at halfway.
      const violations = () => this.#violations(colorScheme);
      await expect.poll(violations, { timeout: 5_000, message: `${name}, ${colorScheme}` }).toEqual([]);
    }
    const beyond = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond, `${name}: pixels wider than the screen`).toBeLessThanOrEqual(0);
  }

  /** What axe finds serious or critical, with the elements. A script of the test's is not the page's: no policy stops it. */
  async #violations(colorScheme: 'light' | 'dark'): Promise<string[]> {
    if (await this.page.evaluate(() => !('axe' in window))) await this.page.evaluate(axe.source);
    // By night the page differs by its colours alone.
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
