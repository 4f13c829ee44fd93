import type { Resource } from '../engine/resource.js';
import { money, total } from '../prices/prices.js';
import { BUCKET_KEY } from '../resources/bucket.js';
import { VOLUME_KEY } from '../resources/volume.js';

/** What a teardown will delete and what it keeps, as a person reads it before the question. */
export function lossText(there: readonly Resource[], keepData: boolean): string {
  const kept = (key: string) => keepData && (key === BUCKET_KEY || key === VOLUME_KEY);
  const data = there.filter((resource) => resource.data !== undefined);
  return [
    `${there.length} objects, ${money(total(there.map(({ costs }) => costs)))} a month.`,
    ...data
      .filter(({ key }) => !kept(key))
      .map(({ name, data: words }) => `Deleted for good with ${name}: ${words}.`),
    ...data.filter(({ key }) => kept(key)).map(({ data: words }) => `Kept in the bucket: ${words}.`),
  ].join('\n');
}
