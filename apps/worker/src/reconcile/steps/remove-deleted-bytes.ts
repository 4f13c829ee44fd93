import { drainBacklog } from '../scan-backlog.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Seconds after a deletion: by then no worker can still be working on the picture. */
const NO_WORKER_AFTER = 3_600;

type NextPage = (limit: number, after: string | null) => Promise<string[]>;

/**
 * Enqueues the removal of bytes of deleted pictures. Bytes that were removed soon after the deletion are removed a
 * second time: a worker that was working on the picture may have written some later, and been killed before it checked.
 */
export const removeDeletedBytes: ReconcileStep = {
  name: 'bytes of deleted pictures',
  async run(context) {
    const { processing, reconciling } = context.platform.catalogue;
    await removeAll(context, (limit, after) => processing.bytesToRemove(context.idleSeconds, limit, after));
    await removeAll(context, (limit, after) => reconciling.bytesToRemoveAgain(NO_WORKER_AFTER, limit, after));
  },
};

async function removeAll(context: ReconcileContext, next: NextPage): Promise<void> {
  const { queue, tally } = context;
  await drainBacklog(
    context,
    (after) => next(PAGE, after),
    (page) =>
      tally.act('removal_enqueued', page, () =>
        queue.enqueueAll(page.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } }))),
      ),
  );
}
