import { drainBacklog } from '../scan-backlog.js';
import { PAGE, type ReconcileStep } from '../reconcile-step.js';

/** Deletes the rows of expired pictures, which records their bytes for the next step. */
export const deleteExpired: ReconcileStep = {
  name: 'expired pictures',
  async run(context) {
    const { platform, queue, tally } = context;
    const { reconciling } = platform.catalogue;
    await drainBacklog(
      context,
      (after) => reconciling.expired(PAGE, after),
      (page) =>
        tally.act('picture_expired', page, async () => {
          const deleted = await reconciling.deleteExpired(page);
          // Enqueued now, so that links end with the picture. If this fails, the next step finds the recorded bytes.
          await queue.enqueueAll(deleted.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } })));
        }),
    );
  },
};
