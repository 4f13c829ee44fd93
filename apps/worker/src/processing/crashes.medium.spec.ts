import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PICTURE_FAULTS } from '@darkroom/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.js';

const CRASHING = join(import.meta.dirname, '../testing/crashing-decoder.ts');
const hasEnded = ({ status }: { status: string }) => status !== 'queued' && status !== 'processing';

let worker: TestWorker;
let stopped: boolean;
beforeEach(async () => {
  worker = await startWorker({ DARKROOM_DRAIN_SECONDS: '1', DARKROOM_TIMEOUT_SECONDS: '600' }, CRASHING);
  stopped = false;
});
afterEach(async () => {
  if (!stopped) await worker.stop();
  await worker.dispose();
});

describe('a picture that crashes its decoder', () => {
  it('is ready when it crashes only once', async () => {
    const image = await worker.until(await worker.upload('crash once'), hasEnded);
    expect(image).toMatchObject({ status: 'ready', error: null, thumbhash: 'AAAA' });
    expect(await worker.metrics()).toContain('darkroom_decoder_replacements_total{reason="crash"} 1');
  });

  it('is quarantined after two crashes, and again after a retry', async () => {
    const id = await worker.upload('crash');
    const error = { code: 'decoder_crashed', message: PICTURE_FAULTS.decoder_crashed.message };
    expect(await worker.until(id, hasEnded)).toMatchObject({ status: 'quarantined', error, run: 1 });
    await worker.retry(id);
    const again = await worker.until(id, (image) => image.run === 2 && hasEnded(image));
    expect(again).toMatchObject({ status: 'quarantined', error });
    const metrics = await worker.metrics();
    expect(metrics).toContain('darkroom_decoder_replacements_total{reason="crash"} 4');
    expect(metrics).toContain('darkroom_image_failures_total{code="decoder_crashed"} 2');
  });

  it('gets a further format that crashes the decoder only once', async () => {
    const id = await worker.upload('crash formats once');
    const image = await worker.until(id, ({ variants }) => variants.length === 8);
    expect(image).toMatchObject({ status: 'ready', error: null });
    expect(await worker.metrics()).toContain('darkroom_decoder_replacements_total{reason="crash"} 1');
  });

  it('stays ready without a further format that crashes the decoder at every try', async () => {
    const id = await worker.upload('crash formats');
    await worker.until(id, hasEnded);
    const pending = () => worker.platform.catalogue.reconciling.pendingFormats(0, 10);
    while ((await pending()).length > 0) await pause(20);
    expect(await worker.read(id)).toMatchObject({ status: 'ready', error: null });
    expect((await worker.read(id)).variants).toHaveLength(4);
    expect(await worker.metrics()).toContain('darkroom_decoder_replacements_total{reason="crash"} 2');
  });

  it('does not affect other pictures', async () => {
    const ids = await Promise.all(
      ['fine', 'crash', 'fine', 'fine', 'crash', 'fine'].map((order) => worker.upload(order)),
    );
    const images = await Promise.all(ids.map((id) => worker.until(id, hasEnded)));
    const [ready, quarantined] = ['ready', 'quarantined'];
    expect(images.map(({ status }) => status)).toEqual([
      ready,
      quarantined,
      ready,
      ready,
      quarantined,
      ready,
    ]);
  });
});

it('a picture in flight when the worker stops returns to the queue, with no crash on record', async () => {
  const id = await worker.upload('hang');
  // A slow picture shows its step; a picture that is back in the queue does not.
  await worker.until(id, ({ step }) => step === 'encoding');
  await worker.stop();
  stopped = true;
  expect(await worker.read(id)).toMatchObject({ status: 'queued', step: null, error: null });
  expect(await worker.platform.catalogue.processing.crashed(id, 1)).toBe(1);
});
