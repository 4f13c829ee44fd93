import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compactPng, drawLandscape, type Scene, scenes, services } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { seed, type Seed } from '../testing/gallery/seed.js';
import { useGallery } from '../testing/gallery/use-gallery.js';

// `npm run screenshots` takes the screenshots of the docs from the real platform. Code draws the pictures in them, so
// that the repository contains no one's photographs.

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
/** The most bytes of a picture in the repository. */
const MAX_BYTES = 300_000;
const LONG = { timeout: 600_000 };

const TITLES: Readonly<Record<Scene, readonly string[]>> = {
  ridges: ['Blue hour over the ridges', 'Morning haze', 'Seven ranges'],
  sea: ['Evening at the sea', 'Calm'],
  night: ['Full moon', 'Under the stars'],
  dunes: ['Dunes', 'Last light'],
  forest: ['Forest in the mist', 'Spruces'],
  aurora: ['Northern lights', 'Green night'],
  skyline: ['City at dusk', 'Windows'],
  lake: ['Mirror lake', 'Across the water'],
  bokeh: ['Festival lights', 'Rain on the window'],
};
const SHAPES = [
  [1500, 1000],
  [1000, 1400],
  [1600, 900],
  [1200, 1200],
  [1500, 1000],
  [1700, 850],
] as const;

async function landscapes(count: number): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (let index = 0; index < count; index += 1) {
    const scene = scenes[(index * 4) % scenes.length] ?? 'sea';
    const [width, height] = SHAPES[index % SHAPES.length] ?? [1500, 1000];
    const titles = TITLES[scene];
    seeds.push({
      name: `${scene}-${index + 1}.jpg`,
      bytes: await drawLandscape({ scene, width, height, seed: index + 11 }),
      title: titles[Math.floor(index / scenes.length) % titles.length] ?? scene,
      tags: [scene === 'skyline' || scene === 'bokeh' ? 'city' : 'outdoors', scene],
      caption: 'Drawn by code for this screenshot.',
    });
  }
  return seeds;
}

/** Slows uploads down, so that their progress is visible. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 12_000 };
  await session.send('Network.emulateNetworkConditions', conditions);
}

async function saveScreenshot(page: Page, name: string): Promise<void> {
  // Pictures fade in.
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLImageElement>('img')].every(({ complete }) => complete),
  );
  await page.waitForTimeout(900);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}${name}.png`, await compactPng(await page.screenshot(), MAX_BYTES));
}

describe.skipIf(!services().chromium)('screenshots of the gallery', () => {
  const gallery = useGallery();

  it('shows gallery, picture, phone, status and uploads', LONG, async () => {
    const { stack, open } = gallery();
    const drawn = await landscapes(23);
    const images = await seed(stack, ...drawn.slice(0, 18));
    // Spread the pictures over the last hour.
    await stack.database.query(
      `update images set ready_at = ready_at - (pow(random(), 2) * 55) * interval '1 minute'`,
    );
    const opened = await open();
    const { page } = opened;
    await opened.waitForCount(18);
    await saveScreenshot(page, 'gallery');
    await page.emulateMedia({ colorScheme: 'dark' });
    await saveScreenshot(page, 'gallery-dark');
    await page.goto(`/images/${images.at(-1)?.id}`);
    await page.getByRole('dialog').waitFor();
    await saveScreenshot(page, 'gallery-picture');
    const phone = await open({ phone: true, colorScheme: 'dark' });
    await phone.card('Northern lights').first().waitFor();
    await saveScreenshot(phone.page, 'gallery-phone');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/status');
    await page.getByRole('region', { name: 'Storage' }).waitFor();
    await saveScreenshot(page, 'gallery-status');
    await page.goto('/');
    await opened.waitForCount(18);
    await slowDown(page);
    await opened.choose(
      ...drawn
        .slice(18)
        .map(({ name, bytes = Buffer.alloc(0) }) => ({ name, mimeType: 'image/jpeg', buffer: bytes })),
    );
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLProgressElement>('progress')].some(({ position }) => position > 0.4),
    );
    await saveScreenshot(page, 'gallery-uploads');
  });
});
