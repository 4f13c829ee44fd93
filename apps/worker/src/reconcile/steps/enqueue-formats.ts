import type { PendingFormat } from '@darkroom/catalogue';
import type { Job } from '@darkroom/contracts';
import { scanBacklog } from '../scan-backlog.js';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Enqueues pending formats of ready pictures that have no job. */
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
  const jobs = page.map((payload): Job => ({ name: 'encode-format', payload }));
  const states = await queue.states(jobs);
  const isIn = (...wanted: (typeof states)[number][]) =>
    page.filter((_, index) => wanted.includes(states[index] ?? 'missing'));
  const lost = isIn('missing', 'completed');
  await tally.act('format_enqueued', lost.map(nameOf), () =>
    queue.enqueueAll(lost.map((payload) => ({ name: 'encode-format', payload }))),
  );
  for (const pending of isIn('failed')) {
    const { imageId, run, format } = pending;
    await tally.act('format_given_up', [nameOf(pending)], () =>
      platform.catalogue.processing.giveUpFormat(imageId, run, format),
    );
  }
}

function nameOf({ imageId, format }: PendingFormat): string {
  return `${imageId} ${format}`;
}
