import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  defaultRecipe,
  type Image,
  ImagePage,
  originalKey,
  type OriginalContentType,
  UploadAnswer,
  variantKey,
} from '@darkroom/contracts';
import { drawJpeg } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { Client } from './testing/client.js';
import type { EventReader } from './testing/event-reader.js';
import { isComplete } from './testing/expect-whole.js';
import { inParallel } from './testing/in-parallel.js';
import { SlowUpload } from './testing/slow-upload.js';
import { type Stack, storedKeys, withStack } from './testing/stack.js';

/** Milliseconds, with a margin for a busy machine. */
const LIMIT = 180_000;

/** Large enough for the test to see it in processing. */
const large = (): Promise<Buffer> => drawJpeg({ width: 3000, height: 2000 });
const small = (seed: number): Promise<Buffer> => drawJpeg({ width: 96, height: 64, seed });

/** Uploads small pictures, named by their number. */
async function uploadMany(stack: Stack, count: number, connections = 10): Promise<Image[]> {
  const pictures = await Promise.all(Array.from({ length: Math.min(count, 50) }, (_, seed) => small(seed)));
  const names = Array.from({ length: count }, (_, index) => `${index}.jpg`);
  return inParallel(names, connections, (name, index) =>
    stack.client.upload(pictures[index % pictures.length] ?? Buffer.alloc(0), name),
  );
}

/** Exactly the keys that these pictures should have in storage. */
function keysOf(images: readonly Image[]): string[] {
  return images
    .flatMap(({ id, contentType, variants }) => [
      originalKey(id, contentType as OriginalContentType),
      ...variants.map(({ name, format }) => variantKey(id, name, defaultRecipe.version, format)),
    ])
    .toSorted();
}

/** Waits until every picture has all its variants, and expects exactly their objects in storage. */
async function expectAllWhole(
  stack: Stack,
  events: EventReader,
  uploaded: readonly { id: string }[],
): Promise<void> {
  const whole = (): Image[] =>
    uploaded.flatMap(({ id }) => {
      const image = events.images.get(id);
      return image !== undefined && isComplete(image) ? [image] : [];
    });
  await events.until(() => whole().length === uploaded.length);
  expect(whole().filter(({ status }) => status !== 'ready')).toEqual([]);
  // Unfinished files of a killed process stay in `.incoming/` for three hours.
  const stored = (await storedKeys(stack.media)).filter((key) => !key.startsWith('.incoming/'));
  expect(stored).toEqual(keysOf(whole()));
}

/**
 * Fills the queue of a stack without a worker, then starts one.
 *
 * @returns all pictures, once the worker has started on the large first one
 */
async function beginProcessing(stack: Stack, events: EventReader, count: number): Promise<Image[]> {
  const first = await stack.client.upload(await large(), 'large.jpg');
  const rest = await uploadMany(stack, count - 1);
  await stack.start('worker');
  await events.image(first.id, ({ status }) => status !== 'queued');
  expect((await stack.client.image(first.id)).status).toBe('processing');
  return [first, ...rest];
}

describe('a thousand pictures at once', () => {
  it('none is lost or duplicated', { timeout: LIMIT }, async () => {
    await withStack({ workers: 2 }, async (stack) => {
      const events = await stack.client.events();
      const started = performance.now();
      const uploaded = await uploadMany(stack, 1000, 40);
      const accepted = performance.now();
      await expectAllWhole(stack, events, uploaded);
      const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);
      process.stdout.write(
        `1,000 pictures: all acknowledged after ${((accepted - started) / 1000).toFixed(1)} s, all variants after ${seconds(started)} s\n`,
      );
      expect(new Set(uploaded.map(({ id }) => id)).size).toBe(1000);
      const listed = await stack.client.all();
      expect(listed.map(({ filename }) => filename).toSorted()).toEqual(
        uploaded.map(({ filename }) => filename).toSorted(),
      );
      expect(await storedKeys(stack.media)).toEqual(keysOf(listed));
      expect(listed.every(({ status, variants }) => status === 'ready' && variants.length === 8)).toBe(true);
      events.close();
    });
  });
});

// They mostly wait for a lock or the reconciler. Each has its own platform, so they run at the same time.
describe('shutdown and delete during work', () => {
  it.concurrent('a worker finishes or returns its jobs on SIGTERM', async () => {
    await withStack({ workers: 0 }, async (stack) => {
      const events = await stack.client.events();
      const uploaded = await beginProcessing(stack, events, 30);
      expect(await stack.workers[0]?.stop()).toEqual({ code: 0, signal: null });
      const answer = await stack.client.request('/api/images?status=processing');
      expect(ImagePage.parse(await answer.json()).items).toEqual([]);
      await stack.start('worker');
      await expectAllWhole(stack, events, uploaded);
      events.close();
    });
  });

  it.concurrent('an api finishes and keeps an upload in flight on SIGTERM', async () => {
    await withStack({ apis: 2, workers: 0 }, async (stack) => {
      const [leaving, staying] = stack.apis;
      if (leaving === undefined || staying === undefined) throw new Error('expected two apis');
      const picture = await large();
      const upload = new SlowUpload(leaving.url, 'slow.jpg');
      await upload.send(picture.subarray(0, picture.length / 2));
      // Neither a client that reconnects at once nor an unused connection may delay the exit.
      const follower = await new Client(leaving.url).events();
      const { port } = new URL(leaving.url);
      const unused = createConnection(Number(port), '127.0.0.1');
      unused.on('error', () => undefined);
      await once(unused, 'connect');
      leaving.kill('SIGTERM');
      await refusesConnections(leaving.url);
      await upload.send(picture.subarray(picture.length / 2));
      const { status, body } = await upload.finish();
      expect(status).toBe(202);
      expect(await leaving.exited).toEqual({ code: 0, signal: null });
      follower.close();
      unused.destroy();

      const [accepted] = UploadAnswer.parse(JSON.parse(body)).items;
      const events = await new Client(staying.url).events();
      await stack.start('worker');
      await expectAllWhole(stack, events, [accepted as Image]);
      events.close();
    });
  });

  it.concurrent('a delete during processing leaves no objects', async () => {
    await withStack({}, async (stack) => {
      const events = await stack.client.events();
      const picture = await drawJpeg({ width: 1800, height: 1200 });
      let whileProcessing = 0;
      const uploads = Array.from({ length: 20 }, (_, index) => `${index}.jpg`);
      await inParallel(uploads, 4, async (name) => {
        const { id } = await stack.client.upload(picture, name);
        const { status } = await events.image(id, (image) => image.status !== 'queued');
        if (status === 'processing') whileProcessing += 1;
        const answer = await stack.client.request(`/api/images/${id}`, { method: 'DELETE' });
        expect(answer.status).toBe(204);
        await events.until(({ deleted }) => deleted.has(id));
      });
      expect(whileProcessing).toBeGreaterThan(0);
      // The worker finishes its current jobs first.
      expect(await stack.workers[0]?.stop()).toEqual({ code: 0, signal: null });
      expect(await storedKeys(stack.media)).toEqual([]);
      events.close();
    });
  });
});

/** Resolves when an api accepts no new connections. */
async function refusesConnections(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/healthz`, { headers: { connection: 'close' } });
    } catch {
      return;
    }
    await pause(20);
  }
}
