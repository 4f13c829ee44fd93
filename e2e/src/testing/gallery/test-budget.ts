import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { report } from './report.js';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

/** The most bytes of script, compressed. */
const MAX_SCRIPT_BYTES = 120_000;
/** The most requests without those for pictures: page, script, style, icon; session, limits, list, events. */
const MAX_REQUESTS = 10;

interface Loaded {
  scriptBytes: number;
  styleBytes: number;
  requests: number;
  pictures: number;
  /** Milliseconds from the start of the navigation. */
  firstPicture: number;
  firstPaint: number;
}

export function testBudget(gallery: () => Gallery): void {
  it('loads few bytes with few requests and no layout shift', async () => {
    const { stack, open } = gallery();
    await seed(stack, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name: `${name}.jpg` })));
    const opened = await open({ path: '/status' });
    const { page } = opened;
    await page.addInitScript(watchShifts);
    await page.goto('/');
    await opened.waitForCount(6);
    await expect.poll(() => picturesShown(page)).toBe(6);
    const loaded = await page.evaluate(readTimings);
    const again = await open();
    await again.waitForCount(6);
    report('first load, scripts cached', loaded);
    expect(await shiftOf(page)).toBe('0');
    const fresh = await again.page.evaluate(readTimings);
    report('first load, nothing cached', fresh);
    expect(fresh.scriptBytes).toBeGreaterThan(5_000);
    expect(fresh.scriptBytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
    expect(fresh.requests).toBeLessThanOrEqual(MAX_REQUESTS);
  });

  it('adds new pictures without a layout shift', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'first.jpg' });
    const opened = await open();
    const { page } = opened;
    await opened.card('first.jpg').waitFor();
    await page.evaluate(watchShifts);
    await seed(stack, { name: 'second.jpg' }, { name: 'third.jpg' });
    await opened.card('third.jpg').waitFor();
    await expect.poll(() => picturesShown(page)).toBe(3);
    // Older pictures move with transform, which does not count as a layout shift.
    expect(await shiftOf(page)).toBe('0');
  });
}

function picturesShown(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLImageElement>('[role=grid] picture img')].filter(
        ({ complete, naturalWidth }) => complete && naturalWidth > 0,
      ).length,
  );
}

/** The layout shift and the elements that moved; `0` for none. */
function shiftOf(page: Page): Promise<string> {
  return page.evaluate(() => document.documentElement.dataset['shift'] ?? '0');
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
}

/** In the page: sums up the layout shift (Layout Instability API). */
function watchShifts(): void {
  let sum = 0;
  const what: string[] = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput, sources } = entry as LayoutShift;
      if (hadRecentInput) continue;
      sum += value;
      for (const { node, previousRect, currentRect } of sources) {
        const { outerHTML = '' } = (node ?? {}) as { outerHTML?: string };
        what.push(`${outerHTML.slice(0, 120)} ${JSON.stringify([previousRect, currentRect])}`);
      }
    }
    // Rounded to three places, like browser reports: a centred text that grows by a letter is not a visible shift.
    const isVisible = sum >= 0.0005;
    document.documentElement.dataset['shift'] = isVisible ? [sum, ...what].join('\n') : '0';
  }).observe({ type: 'layout-shift', buffered: true });
}

/** In the page: what was loaded, from the Resource Timing API. */
function readTimings(): Loaded {
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const bytesOf = (end: string): number =>
    resources
      .filter(({ name }) => new URL(name).pathname.endsWith(end))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  const pictures = resources.filter(({ name }) => new URL(name).pathname.startsWith('/media/'));
  return {
    scriptBytes: bytesOf('.js'),
    styleBytes: bytesOf('.css'),
    requests: 1 + resources.length - pictures.length,
    pictures: pictures.length,
    firstPicture: Math.round(Math.min(...pictures.map(({ responseEnd }) => responseEnd))),
    firstPaint: Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
  };
}
