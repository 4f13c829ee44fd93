import type { ReconcileStep } from '../reconcile-step.js';

/** Seconds that an event stream may be disconnected and still resume without a reload. */
const KEEP_DELETIONS = 24 * 3_600;

/** Trims records of deletions that no stream and no removal needs any more. */
export const trimRecords: ReconcileStep = {
  name: 'old records',
  async run({ platform, tally }) {
    if (!tally.isDryRun) await platform.catalogue.changes.trim(KEEP_DELETIONS);
  },
};
