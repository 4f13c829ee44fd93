import type { UnfinishedWrite } from '@darkroom/storage';
import { pictureOf } from '../objects-in-order.js';
import type { ReconcileStep } from '../reconcile-step.js';

/** Seconds between two checks: each one is a request to S3. */
const EVERY = 3_600;
/** Seconds after which a write counts as abandoned: 200 MiB in parts of 5 MiB take at most 80 minutes. */
const ABANDONED = 3 * 3_600;

/** Discards writes that a process began and never finished: files in `.incoming`, parts on S3. */
export const discardUnfinished: ReconcileStep = {
  name: 'unfinished writes',
  async run({ platform: { catalogue, storage }, tally, storage: extent, graceSeconds }) {
    const isDue = extent === 'all' || (await catalogue.reconciling.takeTurnAtUnfinished(EVERY));
    if (!isDue) return;
    const before = new Date(Date.now() - Math.min(ABANDONED, graceSeconds) * 1000);
    for (const write of (await storage.unfinishedWrites(before)).filter(isDarkroomKey)) {
      await tally.act('write_discarded', [write.key ?? write.id], () => storage.discardUnfinished(write));
    }
  },
};

/** Other programs may write to the bucket too: a release, a backup. */
function isDarkroomKey({ key }: UnfinishedWrite): boolean {
  return key === undefined || pictureOf(key) !== undefined;
}
