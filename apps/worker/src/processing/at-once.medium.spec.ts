import { join } from 'node:path';
import { drawJpeg } from '@darkroom/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.js';

const HANGING = join(import.meta.dirname, '../testing/crashing-decoder.ts');
const ALL = 8;
const hasAll = ({ variants }: { variants: readonly unknown[] }) => variants.length === ALL;
const isReady = ({ status }: { status: string }) => status === 'ready';

let worker: TestWorker;
let isStopped = false;
afterEach(async () => {
  if (!isStopped) await worker.stop();
  isStopped = false;
  await worker.dispose();
});

async function start(processPath?: string): Promise<void> {
  const settings = { DARKROOM_WORKER_CONCURRENCY: '1', DARKROOM_DRAIN_SECONDS: '1' };
  worker = await startWorker(settings, processPath);
}

/** Records the writes of the worker: `ready`, and the formats that follow. */
function recordWrites(): string[] {
  const writes: string[] = [];
  const { processing } = worker.platform.catalogue;
  const { complete, addVariants } = processing;
  processing.complete = (...about) => {
    writes.push('ready');
    return complete.apply(processing, about);
  };
  processing.addVariants = (...about) => {
    writes.push(about[2][0]?.format ?? 'nothing');
    return addVariants.apply(processing, about);
  };
  return writes;
}

describe('the formats that follow', () => {
  it('are made without a job of their own while nothing more urgent waits', async () => {
    await start();
    const writes = recordWrites();
    const picture = await drawJpeg({ width: 40, height: 30 });
    for (let count = 0; count < 3; count += 1) await worker.until(await worker.upload(picture), hasAll);
    expect(writes).toEqual(['ready', 'webp', 'ready', 'webp', 'ready', 'webp']);
    expect(await worker.metrics()).not.toContain('name="encode-format"');
  });

  it('wait for the JPEGs of every picture under a backlog', async () => {
    await start();
    const writes = recordWrites();
    const picture = await drawJpeg({ width: 40, height: 30 });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push(await worker.upload(picture, { isEnqueued: false }));
    await worker.queue.enqueueAll(
      ids.map((imageId) => ({ name: 'process-image', payload: { imageId, run: 1 } })),
    );
    for (const id of ids) await worker.until(id, hasAll);
    expect(writes).toEqual(['ready', 'ready', 'ready', 'webp', 'webp', 'webp']);
  });
});

describe('a format in progress', () => {
  it('is left alone by the reconciler, and given up for a picture that waits', async () => {
    await start(HANGING);
    await worker.pauseReconciler();
    const slow = await worker.upload('hang formats');
    await worker.until(slow, isReady);
    expect(await worker.reconcile()).toEqual({});
    expect(await worker.read(slow)).toMatchObject({ variants: { length: 4 } });
    await worker.until(await worker.upload('fine'), isReady);
    // Its own job makes it.
    await worker.until(slow, hasAll);
    const done = 'darkroom_jobs_total{name="encode-format",outcome="completed"} 1';
    await expect.poll(() => worker.metrics()).toContain(done);
    expect(await worker.metrics()).not.toContain('darkroom_decoder_replacements_total{');
  });

  it('stays pending when the worker stops', async () => {
    await start(HANGING);
    const id = await worker.upload('hang formats');
    await worker.until(id, isReady);
    await worker.stop();
    isStopped = true;
    expect(await worker.read(id)).toMatchObject({ status: 'ready', variants: { length: 4 } });
    const { reconciling } = worker.platform.catalogue;
    expect(await reconciling.pendingFormats(0, 10)).toEqual([{ imageId: id, run: 1, format: 'webp' }]);
  });
});
