import type { PendingFormat } from '@darkroom/catalogue';
import type { Job } from '@darkroom/contracts';
import { PAGE, type ReconcileContext, type ReconcileStep } from '../reconcile-step.js';

/** Formats that ready pictures are still to get, and that have no job. */
export const enqueueFormats: ReconcileStep = {
  name: 'formats without a job',
  async run(context) {
    const { reconciling } = context.platform.catalogue;
    let after: PendingFormat | null = null;
    for (;;) {
      const page: PendingFormat[] = await reconciling.pendingFormats(context.idleSeconds, PAGE, after);
      await judge(context, page);
      after = page.at(-1) ?? null;
      if (page.length < PAGE) return;
      await context.goOn();
    }
  },
};

async function judge(
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
