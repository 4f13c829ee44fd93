import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { photo } from '../testing/gallery/pictures.js';
import { seed } from '../testing/gallery/seed.js';
import { useGallery } from '../testing/gallery/use-gallery.js';

const TOKEN = 'a-token-that-is-hard-to-guess';

describe.skipIf(!services().chromium)('the gallery behind a token', () => {
  const gallery = useGallery({ settings: { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN } });

  it('asks for the token, refuses a wrong one and accepts the right one', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'secret.jpg' });
    const opened = await open();
    const { page } = opened;
    opened.allowFailedRequests();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await opened.check('sign-in');
    await page.getByLabel('Access token').fill('a-wrong-token');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Wrong token. Check it and try again.').waitFor();
    await opened.check('sign-in-wrong');
    await page.getByLabel('Access token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await opened.card('secret.jpg').waitFor();
    // Scripts cannot read the session cookie.
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.reload();
    await opened.card('secret.jpg').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('secret.jpg').count()).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('asks for the token in every tab when the session ends, and resumes the upload after signing in', async () => {
    const { stack, open } = gallery();
    await seed(stack, { name: 'secret.jpg' });
    const first = await open();
    const { page } = first;
    first.allowFailedRequests();
    await page.getByLabel('Access token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await first.card('secret.jpg').waitFor();
    const other = await page.context().newPage();
    await other.goto('/status');
    await other.getByRole('heading', { name: 'Status', exact: true }).waitFor();

    await stack.database.query('delete from sessions');
    await first.choose(await photo(2, 'held.jpg'));
    await page.getByText('Your session has ended. Sign in again to continue.').waitFor();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('secret.jpg').count()).toBe(0);
    await page.getByLabel('Access token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await first.card('held.jpg').waitFor();
    await first.waitForCount(2);
  });
});
