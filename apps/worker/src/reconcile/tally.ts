/** The actions of the reconciler: names for metrics and log, texts for the report. */
export const ACTIONS = {
  job_enqueued: 'Jobs enqueued for pictures that had none',
  picture_failed: 'Pictures marked as failed because their job had failed',
  format_enqueued: 'Jobs enqueued for formats that had none',
  format_given_up: 'Formats given up because their job had failed',
  picture_expired: 'Expired pictures deleted',
  removal_enqueued: 'Removals enqueued for bytes of deleted pictures',
  write_discarded: 'Unfinished writes discarded',
  original_missing: 'Pictures marked as failed because their original is missing',
  variants_enqueued: 'Jobs enqueued for variants whose object is missing',
  orphan_kept: 'Objects without a picture kept during the grace period',
  orphan_deleted: 'Objects without a picture deleted',
} as const;

export type Action = keyof typeof ACTIONS;

/** Counts actions, and performs them unless this is a dry run. */
export class Tally {
  readonly counts: Partial<Record<Action, number>> = {};
  readonly isDryRun: boolean;
  readonly #onAction: (action: Action, subject: string) => void;

  constructor(isDryRun = false, onAction: (action: Action, subject: string) => void = () => undefined) {
    this.isDryRun = isDryRun;
    this.#onAction = onAction;
  }

  /**
   * @param subjects - the pictures or objects that the action affects
   * @param work - performs the action on all subjects
   */
  async act(action: Action, subjects: readonly string[], work: () => Promise<unknown>): Promise<void> {
    if (subjects.length === 0) return;
    if (!this.isDryRun) await work();
    this.counts[action] = (this.counts[action] ?? 0) + subjects.length;
    for (const subject of subjects) this.#onAction(action, subject);
  }
}
