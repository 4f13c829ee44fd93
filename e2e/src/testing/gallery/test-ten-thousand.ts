import { link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { inParallel } from '../in-parallel.js';
import type { Stack } from '../stack.js';
import type { GalleryPage } from './gallery-page.js';
import { report } from './report.js';
import { seed } from './seed.js';
import type { Gallery } from './use-gallery.js';

const COUNT = 10_000;
/** The most elements of the page: only cards near the viewport are in the DOM, whatever the size of the gallery. */
const MAX_ELEMENTS = 3_000;
const LONG = { timeout: 120_000 };

interface Row {
  id: string;
}

/**
 * Fills the catalogue by SQL with copies of a ready picture. Each has its own name, aspect ratio and time. Their files
 * are hard links to the same bytes.
 */
async function fill(stack: Stack): Promise<void> {
  const { database, media } = stack;
  const [model] = await seed(stack, { name: 'model.jpg' });
  await database.query(
    `insert into images (id, owner, status, run, filename, content_type, bytes, sha256, width, height, thumbhash, facts, title, tags, created_at, ready_at, search)
     select uuidv7(- n * interval '10 minutes'), owner, status, run, 'row-' || n || '.jpg', content_type, bytes, sha256,
            200 + n % 7 * 50, 200 + n % 5 * 50, thumbhash, facts, null, array['tag' || n % 50], created_at - n * interval '10 minutes', ready_at,
            array_to_tsvector(array['row', n::text, 'jpg', 'tag' || n % 50])
     from images, generate_series(1, $2) n where id = $1`,
    [model?.id, COUNT - 1],
  );
  await database.query(
    `insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes)
     select i.id, i.owner, v.name, v.format, v.recipe_version, v.width, v.height, v.bytes
     from variants v, images i where v.image_id = $1 and i.id <> $1 and v.name = 'small'`,
    [model?.id],
  );
  await database.query('analyze images');
  const rows = await database.query<Row & Record<string, unknown>>('select id from images where id <> $1', [
    model?.id,
  ]);
  const from = path.join(media, 'variants', model?.id ?? '');
  await inParallel(rows, 64, async ({ id }) => {
    const to = path.join(media, 'variants', id);
    await mkdir(to, { recursive: true });
    for (const file of ['small-1.jpg', 'small-1.webp'])
      await link(path.join(from, file), path.join(to, file));
  });
}

export function testTenThousand(gallery: () => Gallery): void {
  it('shows 10,000 pictures with few elements, and finds one by search', LONG, async () => {
    const { stack, open } = gallery();
    await fill(stack);
    const begun = performance.now();
    const opened = await open();
    await opened.card('row-1.jpg').waitFor();
    const firstCards = Math.round(performance.now() - begun);
    const scrolled = await scrollToEnd(opened);
    await opened.waitForCount(COUNT);
    await opened.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await opened.card(`row-${COUNT - 1}.jpg`).waitFor();
    expect(scrolled.maxElements).toBeLessThan(MAX_ELEMENTS);
    const frames = await framesOfScroll(opened);
    const search = opened.page.getByRole('searchbox', { name: 'Search pictures' });
    const asked = performance.now();
    await search.fill('row 7777');
    await opened.card('row-7777.jpg').waitFor();
    const searched = Math.round(performance.now() - asked);
    await opened.waitForCount(1);
    report('10,000 pictures', { firstCards, ...scrolled, ...frames, searched });
  });
}

/** Scrolls down until all pages are loaded, like a user who holds the End key. */
async function scrollToEnd({ page }: GalleryPage): Promise<{ maxElements: number; scrollSeconds: number }> {
  const begun = performance.now();
  let maxElements = 0;
  const end = page.getByText(/pictures in all$/);
  const failed = page.getByRole('heading', { name: 'The pictures could not be loaded' });
  while (!(await end.isVisible())) {
    if (await failed.isVisible()) throw new Error('The gallery could not load its next page.');
    const elements = await page.evaluate(async () => {
      scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
      return document.querySelectorAll('*').length;
    });
    maxElements = Math.max(maxElements, elements);
  }
  return { maxElements, scrollSeconds: Math.round((performance.now() - begun) / 100) / 10 };
}

/** Milliseconds per frame while the gallery scrolls at 3,000 pixels per second. */
function framesOfScroll({
  page,
}: GalleryPage): Promise<{ medianFrame: number; slowestFrame: number; frames: number }> {
  return page.evaluate(async () => {
    const times: number[] = [];
    const begun = performance.now();
    const top = scrollY;
    for (let last = begun; last - begun < 2_000;) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      times.push(now - last);
      last = now;
      scrollTo(0, top - (now - begun) * 3);
    }
    const sorted = times.slice(1).toSorted((one, other) => one - other);
    const round = (value = 0): number => Math.round(value * 10) / 10;
    return {
      medianFrame: round(sorted[sorted.length >> 1]),
      slowestFrame: round(sorted.at(-1)),
      frames: sorted.length,
    };
  });
}
