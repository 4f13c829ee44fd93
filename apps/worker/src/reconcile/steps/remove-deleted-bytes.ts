import { workOff } from '../go-through.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Seconds after a deletion when no worker can have the picture in hand any more. */
const NOBODY_AT_WORK = 3_600;

type NextPage = (limit: number, after: string | null) => Promise<string[]>;

/**
 * Bytes of deleted pictures that nobody has removed yet. And once more those that were removed soon after the deletion:
 * a worker that had the picture in hand, and was killed before it looked, may have written some later.
 */
export const removeDeletedBytes: ReconcileStep = {
  name: 'bytes of deleted pictures',
  async run(context) {
    const { processing, reconciling } = context.platform.catalogue;
    await removeAll(context, (limit, after) => processing.bytesToRemove(context.idleSeconds, limit, after));
    await removeAll(context, (limit, after) => reconciling.bytesToRemoveAgain(NOBODY_AT_WORK, limit, after));
  },
};

async function removeAll(context: ReconcileContext, next: NextPage): Promise<void> {
  const { queue, tally } = context;
  await workOff(
    context,
    (after) => next(PAGE, after),
    (page) =>
      tally.act('removal_enqueued', page, () =>
        queue.enqueueAll(page.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } }))),
      ),
  );
}
