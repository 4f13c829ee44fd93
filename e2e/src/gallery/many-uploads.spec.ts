import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawFiles, writeFiles } from '../many-uploads/draw-files.js';
import { uploadAsClients } from '../many-uploads/upload-as-client.js';
import { uploadInBrowser } from '../many-uploads/upload-in-browser.js';
import { Client } from '../testing/client.js';
import { useGallery } from '../testing/gallery/use-gallery.js';
import { useStack } from '../testing/stack.js';

const COUNT = 120;
const MAX_WAITING = '10';
/** Milliseconds for all pictures on a busy machine. */
const LIMIT = 240_000;
const TOKEN = 'a-token-of-many-uploads';

const names = (images: readonly { filename: string }[]): string[] =>
  images.map(({ filename }) => filename).toSorted();

describe.skipIf(!services().chromium || !services().nginx)(
  'many uploads by the gallery, through nginx,',
  () => {
    // The worker starts when uploads wait: otherwise a fast one lets all of them through at once.
    const gallery = useGallery({
      workers: 0,
      settings: {
        DARKROOM_UPLOADS_PER_MINUTE: '',
        DARKROOM_MAX_WAITING: MAX_WAITING,
        DARKROOM_TRUSTED_PROXIES: 'loopback',
      },
    });
    let folder: string;
    let gateway: Gateway | undefined;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'darkroom-many-'));
    });
    afterAll(async () => {
      await gateway?.stop();
      await rm(folder, { recursive: true });
    });

    it(
      'wait while too much waits, continue automatically, and all arrive once',
      { timeout: LIMIT },
      async () => {
        const { stack, open } = gallery();
        gateway = await startGateway({
          upstream: new URL(stack.client.base).host,
          web: path.join(import.meta.dirname, '../../../apps/web/dist'),
          // As Compose sets them.
          env: { DARKROOM_ACCESS: 'open', DARKROOM_PUBLISHED_ON: '127.0.0.1' },
        });
        const files = await drawFiles(COUNT, 800, 'browser');
        const opened = await open({ base: gateway.url });
        // The browser logs every 429.
        opened.allowFailedRequests();
        const uploading = uploadInBrowser(opened.page, await writeFiles(folder, files), LIMIT);
        const paused = opened.page.getByText('Paused: many pictures are still being processed.').first();
        await Promise.race([paused.waitFor({ timeout: LIMIT }), uploading]);
        await stack.start('worker');
        const { answers } = await uploading;
        expect(gateway.messages.filter((line) => line.includes('[error]'))).toEqual([]);
        expect(Object.keys(answers).toSorted()).toEqual(['202', '429 too_much_waiting']);
        expect(answers['202']).toBe(COUNT);
        expect(names(await stack.client.all())).toEqual(files.map(({ name }) => name).toSorted());
      },
    );
  },
);

describe('many uploads by 16 clients with a token', () => {
  const stack = useStack({
    workers: 0,
    settings: {
      DARKROOM_ACCESS: 'token',
      DARKROOM_TOKEN: TOKEN,
      DARKROOM_UPLOADS_PER_MINUTE: '',
      DARKROOM_MAX_WAITING: MAX_WAITING,
    },
  });

  it('wait only for the work that waits, and all arrive once', { timeout: LIMIT }, async () => {
    const client = new Client(stack().client.base, TOKEN);
    const files = await drawFiles(COUNT, 800, 'client');
    const waiting = Promise.withResolvers<void>();
    const uploading = uploadAsClients(client, files, 16, waiting.resolve);
    await Promise.race([waiting.promise, uploading]);
    await stack().start('worker');
    const { images, refusals } = await uploading;
    expect(Object.keys(refusals)).toEqual(['too_much_waiting']);
    expect(names(images)).toEqual(files.map(({ name }) => name).toSorted());
    expect(names(await client.all())).toEqual(names(images));
  });
});
