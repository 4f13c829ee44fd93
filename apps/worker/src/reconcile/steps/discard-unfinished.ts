import type { UnfinishedWrite } from '@darkroom/storage';
import { pictureOf } from '../objects-in-order.js';
import type { ReconcileStep } from '../reconcile-step.js';

/** Seconds between two looks, each of which is a request to S3. */
const EVERY = 3_600;
/** Seconds after which no process is at a write any more: 200 MiB in parts of 5 MiB take 80 minutes at the slowest. */
const ABANDONED = 3 * 3_600;

/** Writes that a process began and did not end, and that are no objects: files in `.incoming`, parts on S3. */
export const discardUnfinished: ReconcileStep = {
  name: 'unfinished writes',
  async run({ platform: { catalogue, storage }, tally, storage: extent, graceSeconds }) {
    const isDue = extent === 'all' || (await catalogue.reconciling.takeTurnAtUnfinished(EVERY));
    if (!isDue) return;
    const before = new Date(Date.now() - Math.min(ABANDONED, graceSeconds) * 1000);
    for (const write of (await storage.unfinishedWrites(before)).filter(isOurs)) {
      await tally.act('write_discarded', [write.key ?? write.id], () => storage.discardUnfinished(write));
    }
  },
};

/** Others may write into the bucket as well: a release, a backup. */
function isOurs({ key }: UnfinishedWrite): boolean {
  return key === undefined || pictureOf(key) !== undefined;
}
