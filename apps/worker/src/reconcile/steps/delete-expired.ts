import { PAGE, type ReconcileStep } from '../reconcile-step.js';

/** Pictures past their end: the rows here, which puts their bytes on record for the next step. */
export const deleteExpired: ReconcileStep = {
  name: 'expired pictures',
  async run({ platform, queue, tally, goOn }) {
    const { reconciling } = platform.catalogue;
    let after: string | null = null;
    for (;;) {
      const page: string[] = await reconciling.expired(PAGE, after);
      await tally.act('picture_expired', page, async () => {
        const deleted = await reconciling.deleteExpired(page);
        // At once, so that links end with the picture; should this fail, the record of the deletion finds them.
        await queue.enqueueAll(deleted.map((imageId) => ({ name: 'remove-bytes', payload: { imageId } })));
      });
      after = page.at(-1) ?? null;
      if (page.length < PAGE) return;
      await goOn();
    }
  },
};
