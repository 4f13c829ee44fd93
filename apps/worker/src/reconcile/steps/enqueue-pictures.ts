import type { Job } from '@darkroom/contracts';
import { PICTURE_FAULTS } from '@darkroom/errors';
import { scanBacklog } from '../scan-backlog.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Enqueues waiting pictures without a job: a process crashed between commit and enqueue, or the broker was emptied. */
export const enqueuePictures: ReconcileStep = {
  name: 'pictures without a job',
  async run(context) {
    const { processing } = context.platform.catalogue;
    await scanBacklog<{ id: string; run: number }, string>(context, 'pictures', {
      start: (id) => id,
      next: (after) => processing.unfinished(context.idleSeconds, PAGE, after),
      placeOf: ({ id }) => id,
      idOf: (id) => id,
      handle: (page) => handle(context, page),
    });
  },
};

async function handle(
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
  // A job that fails for good records it in the row, unless the catalogue was down at that moment.
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
