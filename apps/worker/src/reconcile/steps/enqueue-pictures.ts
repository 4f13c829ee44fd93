import type { Job } from '@darkroom/contracts';
import { PICTURE_FAULTS } from '@darkroom/errors';
import { goThrough } from '../go-through.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Pictures that wait for a worker and have no job: after a crash between commit and enqueue, or of an emptied broker. */
export const enqueuePictures: ReconcileStep = {
  name: 'pictures without a job',
  async run(context) {
    const { processing } = context.platform.catalogue;
    await goThrough<{ id: string; run: number }, string>(context, 'pictures', {
      start: (id) => id,
      next: (after) => processing.unfinished(context.idleSeconds, PAGE, after),
      placeOf: ({ id }) => id,
      idOf: (id) => id,
      judge: (page) => judge(context, page),
    });
  },
};

async function judge(
  { platform, queue, tally }: ReconcileContext,
  page: readonly { id: string; run: number }[],
): Promise<void> {
  const jobs = page.map(({ id, run }): Job => ({
    name: 'process-image',
    payload: { imageId: id, run },
  }));
  const states = await queue.states(jobs);
  const enqueue = jobs.filter((_, index) => states[index] === 'missing' || states[index] === 'completed');
  await tally.act('job_enqueued', enqueue.map(imageIdOf), () => queue.enqueueAll(enqueue));
  // A job that has failed for good says so in the row; only when the catalogue was away just then, it could not.
  for (const { id, run } of page.filter((_, index) => states[index] === 'failed')) {
    const fault = { code: 'internal', message: PICTURE_FAULTS.internal.message } as const;
    await tally.act('picture_failed', [id], async () => {
      const failed = await platform.catalogue.processing.fail(id, run, fault);
      if (failed) platform.metrics.imageFailed(fault.code);
    });
  }
}

function imageIdOf({ payload }: Job): string {
  return 'imageId' in payload ? payload.imageId : '';
}
