import { workOff } from '../go-through.js';
import { PAGE, type ReconcileStep } from '../reconcile-step.js';

/** Pictures past their end: the rows here, which puts their bytes on record for the next step. */
export const deleteExpired: ReconcileStep = {
  name: 'expired pictures',
  async run(context) {
    const { platform, queue, tally } = context;
    const { reconciling } = platform.catalogue;
    await workOff(
      context,
      (after) => reconciling.expired(PAGE, after),
      (page) =>
        tally.act('picture_expired', page, async () => {
          const deleted = await reconciling.deleteExpired(page);
          // At once, so that links end with the picture; should this fail, the record of the deletion finds them.
          await queue.enqueueAll(deleted.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } })));
        }),
    );
  },
};
