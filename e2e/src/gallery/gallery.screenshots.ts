import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compactPng, drawJpeg, drawLandscape, type Scene, scenes, services } from '@darkroom/testing';
import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { brokenPhoto } from '../testing/gallery/pictures.js';
import { seed, type Seed } from '../testing/gallery/seed.js';
import { useGallery } from '../testing/gallery/use-gallery.js';

// `npm run screenshots`: the pictures of the gallery that the docs show, from the real platform. What they show is drawn
// by code, so that nobody's photograph is among the sources.

const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
/** Bytes a picture in the repository may have. */
const MOST = 300_000;
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

async function keep(page: Page, name: string): Promise<void> {
  // Pictures fade in.
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLImageElement>('img')].every(({ complete }) => complete),
  );
  await page.waitForTimeout(900);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}${name}.png`, await compactPng(await page.screenshot(), MOST));
}

describe.skipIf(!services().chromium)('pictures of the gallery', () => {
  const gallery = useGallery();

  test('the gallery in light and dark, a picture, uploads, the status, a phone', LONG, async () => {
    const { stack, open } = gallery();
    const images = await seed(stack, ...(await landscapes(18)));
    const opened = await open();
    const { page } = opened;
    await page.getByText('18 pictures in all').waitFor();
    await keep(page, 'gallery');
    await page.emulateMedia({ colorScheme: 'dark' });
    await keep(page, 'gallery-dark');
    await page.goto(`/images/${images[12]?.id}`);
    await page.getByRole('dialog').waitFor();
    await keep(page, 'gallery-picture');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/');
    await opened.card('Calm').first().waitFor();
    const large = await drawJpeg({ width: 3_000, height: 2_000, seed: 5 });
    await opened.choose(
      ...['beach', 'harbour', 'lighthouse', 'market'].map((name) => ({
        name: `${name}.jpg`,
        mimeType: 'image/jpeg',
        buffer: large,
      })),
      brokenPhoto('half-a-file.jpg'),
    );
    await page.getByRole('progressbar', { name: 'Progress of all uploads' }).waitFor();
    await keep(page, 'gallery-uploads');
    await page.goto('/status');
    await page.getByRole('region', { name: 'Storage' }).waitFor();
    await keep(page, 'gallery-status');
    const phone = await open({ phone: true });
    await phone.card('Calm').first().waitFor();
    await keep(phone.page, 'gallery-phone');
  });
});
