import type { ReconcileStep } from '../reconcile-step.js';

/** Folds the recorded changes into the running totals of each owner, so that reading a total reads few of them. */
export const foldTotals: ReconcileStep = {
  name: 'running totals',
  async run({ platform, tally, checkpoint }) {
    if (tally.isDryRun) return;
    while (await platform.catalogue.operations.fold()) await checkpoint();
  },
};
