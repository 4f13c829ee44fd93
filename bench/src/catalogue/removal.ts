import type { Catalogue } from '@darkroom/catalogue';
import { queryDatabase } from '@darkroom/testing';
import { Latencies, type LatencySummary } from '../load/latencies.js';
import { LARGE_OWNER } from './vocabulary.js';

export interface RemovalReport {
  /** Pictures of the owner that were deleted one by one, as a client of the HTTP interface does. */
  pictures: number;
  perSecond: number;
  latency: LatencySummary;
  /** Milliseconds of a page of the reconciler's backlog of bytes while all these deletions wait. */
  backlogPage: number;
  /** The same, of pictures that have expired, deleted 500 at a time. */
  expiredPerSecond: number;
}

const IN_FLIGHT = 8;
const EXPIRED = 5_000;
const PAGE = 500;

/** Deletes the oldest pictures of the largest owner. Darkroom has no call that deletes an owner. */
export async function measureRemoval(
  url: string,
  catalogue: Catalogue,
  pictures: number,
): Promise<RemovalReport> {
  const rows = (await queryDatabase(
    url,
    `select id from images where owner = any(array['${LARGE_OWNER}']) order by owner desc, id limit $1`,
    [pictures + EXPIRED],
  )) as { id: string }[];
  const ids = rows.map(({ id }) => id);
  const expiring = ids.splice(0, Math.min(EXPIRED, Math.floor(ids.length / 2)));
  const latencies = new Latencies();
  const begun = performance.now();
  const left = [...ids];
  const remove = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const started = performance.now();
      await catalogue.images.delete(LARGE_OWNER, id);
      latencies.add(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, remove));
  const seconds = (performance.now() - begun) / 1_000;
  const asked = performance.now();
  await catalogue.processing.bytesToRemove(0, PAGE);
  const backlogPage = performance.now() - asked;
  return {
    pictures: ids.length,
    perSecond: ids.length / seconds,
    latency: latencies.summary(),
    backlogPage,
    expiredPerSecond: await expire(url, catalogue, expiring),
  };
}

async function expire(url: string, catalogue: Catalogue, ids: readonly string[]): Promise<number> {
  await queryDatabase(url, `update images set expires_at = now() where id = any($1::uuid[])`, [ids]);
  const begun = performance.now();
  let deleted = 0;
  for (let page = await catalogue.reconciling.expired(PAGE); page.length > 0;) {
    deleted += (await catalogue.reconciling.deleteExpired(page)).length;
    page = await catalogue.reconciling.expired(PAGE, page.at(-1));
  }
  return deleted / ((performance.now() - begun) / 1_000);
}
