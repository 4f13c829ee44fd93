import { setTimeout as pause } from 'node:timers/promises';
import { Latencies, type LatencySummary } from './latencies.js';
import type { PlatformClient } from './platform-client.js';

export interface UploadLoad {
  client: PlatformClient;
  picture: Uint8Array<ArrayBuffer>;
  clients: number;
  seconds: number;
}

/** Pictures waiting or in progress, at a time in seconds after the first upload. */
export interface QueueDepth {
  second: number;
  pictures: number;
}

export interface UploadResult extends LatencySummary {
  uploads: number;
  uploadsPerSecond: number;
  /** Pictures per second, from the first upload until the last picture was ready. */
  readyPerSecond: number;
  /** Uploads that failed or were not ready when the time limit was over. */
  notReady: number;
  errors: Record<string, number>;
  depth: QueueDepth[];
  ids: string[];
}

const SAMPLE_MS = 1_000;
/** Seconds that the workers get for the remaining pictures after the last upload. */
const PATIENCE_SECONDS = 240;

/** Uploads one picture repeatedly from several clients, and waits until all uploads are ready. */
export async function uploadLoad(load: UploadLoad): Promise<UploadResult> {
  const latencies = new Latencies();
  const errors: Record<string, number> = {};
  const ids: string[] = [];
  const began = performance.now();
  const sampling = new AbortController();
  const sampled = sampleDepth(load.client, began, sampling.signal);
  const end = began + load.seconds * 1000;
  await Promise.all(
    Array.from({ length: load.clients }, async () => {
      while (performance.now() < end) {
        const sent = performance.now();
        try {
          ids.push(...(await load.client.upload(load.picture)));
          latencies.add(performance.now() - sent);
        } catch (error) {
          const what = error instanceof Error ? error.message : String(error);
          errors[what] = (errors[what] ?? 0) + 1;
          if (what.includes('429')) break;
        }
      }
    }),
  );
  const uploadSeconds = (performance.now() - began) / 1000;
  const notReady = await waitUntilReady(load.client, ids);
  const seconds = (performance.now() - began) / 1000;
  sampling.abort();
  return {
    uploads: ids.length,
    uploadsPerSecond: ids.length / uploadSeconds,
    readyPerSecond: (ids.length - notReady) / seconds,
    notReady,
    errors,
    depth: await sampled,
    ids,
    ...latencies.summary(),
  };
}

async function sampleDepth(
  client: PlatformClient,
  began: number,
  signal: AbortSignal,
): Promise<QueueDepth[]> {
  const depth: QueueDepth[] = [];
  while (!signal.aborted) {
    const { queue } = await client.operations();
    // Further formats of ready pictures are not counted: no client waits for them.
    const {
      waiting = 0,
      active = 0,
      delayed = 0,
    } = queue?.find(({ name }) => name === 'process-image') ?? {};
    depth.push({ second: (performance.now() - began) / 1000, pictures: waiting + active + delayed });
    await pause(SAMPLE_MS, undefined, { signal }).catch(() => undefined);
  }
  return depth;
}

/** @returns how many pictures did not become ready */
async function waitUntilReady(client: PlatformClient, ids: readonly string[]): Promise<number> {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  let failed = 0;
  // Workers process pictures in order: if one is not ready, the following ones are not ready either.
  for (const [index, id] of ids.entries()) {
    for (;;) {
      const { status } = await client.image(id);
      if (status === 'ready') break;
      if (status === 'failed' || status === 'quarantined') {
        failed += 1;
        break;
      }
      if (performance.now() > end) return failed + ids.length - index;
      await pause(100);
    }
  }
  return failed;
}
