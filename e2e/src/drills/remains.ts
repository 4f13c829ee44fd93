import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Image, OperationsAnswer, originalKey, type OriginalContentType } from '@darkroom/contracts';
import { bucketObjects } from '@darkroom/testing';
import type { Client } from '../testing/client.js';
import { inParallel } from '../testing/in-parallel.js';
import type { Remains, Stored } from './audit.js';
import type { DrillPlatform } from './drill-platform.js';

/** Links opened at the same time. */
const OPENED = 8;
/** Milliseconds that a killed worker's jobs can stay locked, with a margin, and between two counts. */
const LOCKED = 90_000;
const LOOK = 500;

/** Reads the whole state, over HTTP and in storage, while the platform runs. */
export async function findRemains(
  platform: DrillPlatform,
  removals: number,
): Promise<Omit<Remains, 'temporary'>> {
  const client = platform.client();
  if (client === undefined) throw new Error('no api is running');
  const images = await client.all();
  const originals = new Map(await inParallel(images, OPENED, (image) => openOriginal(client, image)));
  const stored = (await storedObjects(platform)).map((object): Stored => {
    const sha256 = originals.get(object.key);
    return sha256 === undefined ? object : { ...object, sha256 };
  });
  return { images, stored, jobs: await jobsLeft(client), deletions: removals };
}

/** The files that ended processes have left in the temporary folder. */
export function temporaryFiles(platform: DrillPlatform): Promise<Stored[]> {
  return filesIn(platform.temporary);
}

/** The hash of an original, read through its link, by its key. */
async function openOriginal(client: Client, { id, contentType, original }: Image): Promise<[string, string]> {
  const { status, bytes } = await client.open(original.url);
  const hash = status === 200 ? createHash('sha256').update(bytes).digest('hex') : `HTTP ${status}`;
  return [originalKey(id, contentType as OriginalContentType), hash];
}

function storedObjects({ bucket, media }: DrillPlatform): Promise<Stored[]> {
  return bucket === undefined ? filesIn(media) : bucketObjects(bucket.service, bucket.name);
}

async function filesIn(folder: string): Promise<Stored[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const key = path.relative(folder, file).replaceAll(path.sep, '/');
      return { key, bytes: (await stat(file)).size };
    }),
  );
}

/** How many jobs are left. Jobs without work get time to finish: those of a killed worker stay locked for a while. */
async function jobsLeft(client: Client): Promise<number> {
  const isOver = performance.now() + LOCKED;
  for (;;) {
    const jobs = await countJobs(client);
    if (jobs === 0 || performance.now() > isOver) return jobs;
    await pause(LOOK);
  }
}

async function countJobs(client: Client): Promise<number> {
  const { queue } = OperationsAnswer.parse(await (await client.request('/api/operations')).json());
  return (queue ?? []).reduce((sum, { waiting, active, delayed }) => sum + waiting + active + delayed, 0);
}
