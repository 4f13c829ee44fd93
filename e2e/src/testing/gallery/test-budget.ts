import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { report } from './report.js';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

/** Bytes of script as they come over the line. */
const SCRIPT_MOST = 120_000;
/** The page, script, style, icon; session, limits, list, events. Pictures come on top. */
const REQUESTS_MOST = 10;

interface Loaded {
  scriptBytes: number;
  styleBytes: number;
  requests: number;
  pictures: number;
  /** Milliseconds from the navigation's begin. */
  firstPicture: number;
  firstPaint: number;
}

export function testBudget(gallery: () => Gallery): void {
  it('the first load is small, quick, and moves nothing', async () => {
    const { stack, open } = gallery();
    await seed(stack, ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ name: `${name}.jpg` })));
    const opened = await open({ path: '/status' });
    const { page } = opened;
    await page.addInitScript(watchShifts);
    await page.goto('/');
    await opened.holds(6);
    await expect.poll(() => picturesShown(page)).toBe(6);
    const loaded = await page.evaluate(readTimings);
    const again = await open();
    await again.holds(6);
    report('first load, scripts cached', loaded);
    expect(await shiftOf(page)).toBe('0');
    const fresh = await again.page.evaluate(readTimings);
    report('first load, nothing cached', fresh);
    expect(fresh.scriptBytes).toBeGreaterThan(5_000);
    expect(fresh.scriptBytes).toBeLessThanOrEqual(SCRIPT_MOST);
    expect(fresh.requests).toBeLessThanOrEqual(REQUESTS_MOST);
  });

  it('pictures that become ready move nothing either', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'first.jpg' });
    const opened = await open();
    const { page } = opened;
    await opened.card('first.jpg').waitFor();
    await page.evaluate(watchShifts);
    await seed(stack, { name: 'second.jpg' }, { name: 'third.jpg' });
    await opened.card('third.jpg').waitFor();
    await expect.poll(() => picturesShown(page)).toBe(3);
    // What stood there gives way to what is newer, by transform: that is no shift of the layout.
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

/** How far things were moved, and what; `0` where nothing was. */
function shiftOf(page: Page): Promise<string> {
  return page.evaluate(() => document.documentElement.dataset['shift'] ?? '0');
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
}

/** In the page: sums up how far what stood there was moved, as browsers measure it (Layout Instability API). */
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
    // To three places, as browsers report it: a text in the middle that grows by a letter is no shift that anybody sees.
    const isFelt = sum >= 0.0005;
    document.documentElement.dataset['shift'] = isFelt ? [sum, ...what].join('\n') : '0';
  }).observe({ type: 'layout-shift', buffered: true });
}

/** In the page: what was loaded, from the browser's own timings. */
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
