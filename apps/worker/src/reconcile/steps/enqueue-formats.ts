import type { PendingFormat } from '@darkroom/catalogue';
import type { Job } from '@darkroom/contracts';
import { scanBacklog } from '../scan-backlog.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Enqueues pending formats of ready pictures that have no job, and whose picture's own job has ended. */
export const enqueueFormats: ReconcileStep = {
  name: 'formats without a job',
  async run(context) {
    const { reconciling } = context.platform.catalogue;
    await scanBacklog<PendingFormat, { imageId: string; format: string }>(context, 'formats', {
      start: (imageId) => ({ imageId, format: '' }),
      next: (after) => reconciling.pendingFormats(context.idleSeconds, PAGE, after),
      placeOf: ({ imageId, format }) => ({ imageId, format }),
      idOf: ({ imageId }) => imageId,
      handle: (page) => handle(context, page),
    });
  },
};

async function handle(
  { platform, queue, tally }: ReconcileContext,
  page: readonly PendingFormat[],
): Promise<void> {
  const states = await queue.states(page.map((payload): Job => ({ name: 'encode-format', payload })));
  const idle = page
    .map((pending, index) => ({ pending, state: states[index] }))
    .filter(({ state }) => state !== 'unfinished');
  // The job of a picture makes its formats, or enqueues them before it ends.
  const makers = await queue.states(
    idle.map(({ pending }): Job => ({ name: 'process-image', payload: pending })),
  );
  const unmade = idle.filter((_, index) => makers[index] !== 'unfinished');
  const lost = unmade.filter(({ state }) => state !== 'failed').map(({ pending }) => pending);
  await tally.act('format_enqueued', lost.map(nameOf), () =>
    queue.enqueueAll(lost.map((payload) => ({ name: 'encode-format', payload }))),
  );
  for (const { pending } of unmade.filter(({ state }) => state === 'failed')) {
    const { imageId, run, format } = pending;
    await tally.act('format_given_up', [nameOf(pending)], () =>
      platform.catalogue.processing.giveUpFormat(imageId, run, format),
    );
  }
}

function nameOf({ imageId, format }: PendingFormat): string {
  return `${imageId} ${format}`;
}
