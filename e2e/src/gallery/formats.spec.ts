import { variantFormats } from '@darkroom/contracts';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { isComplete } from '../testing/expect-whole.js';
import { photo } from '../testing/gallery/pictures.js';
import { useGallery } from '../testing/gallery/use-gallery.js';

describe.skipIf(!services().chromium)('the gallery of a platform that writes every format', () => {
  const gallery = useGallery({ settings: { DARKROOM_FORMATS: variantFormats.join(',') } });

  it('shows a picture as AVIF, in its card and in its view', async () => {
    const { stack, open } = gallery();
    const { client } = stack;
    const { id } = await client.upload((await photo(1)).buffer, 'light.jpg');
    await expect
      .poll(async () => isComplete(await client.image(id), variantFormats), { timeout: 20_000 })
      .toBe(true);
    const opened = await open({ path: '/status' });
    const types: (string | undefined)[] = [];
    opened.page.on('response', (response) => {
      if (new URL(response.url()).pathname.startsWith('/media/'))
        types.push(response.headers()['content-type']);
    });
    await opened.page.goto('/');
    await opened.card('light.jpg').locator('img.is-loaded').waitFor();
    expect(types).toEqual(['image/avif']);
    await opened.card('light.jpg').click();
    await opened.page.locator('.stage-frame.is-loaded').waitFor();
    expect(new Set(types)).toEqual(new Set(['image/avif']));
  });
});
