/** What a run of the reconciler does, in the words of metrics, log and report. */
export const ACTIONS = {
  job_enqueued: 'jobs enqueued for pictures that had none',
  picture_failed: 'pictures failed whose job had ended without saying so',
  format_enqueued: 'jobs enqueued for formats that had none',
  format_given_up: 'formats given up whose job had ended without them',
  picture_expired: 'expired pictures deleted',
  removal_enqueued: 'removals enqueued for bytes of deleted pictures',
  write_discarded: 'unfinished writes discarded',
  original_missing: 'pictures failed whose original is gone',
  variants_enqueued: 'jobs enqueued for variants whose object is gone',
  orphan_kept: 'objects without a picture, kept for their time of grace',
  orphan_deleted: 'objects without a picture deleted',
} as const;

export type Action = keyof typeof ACTIONS;

/** Counts what is done, and does it unless this is a rehearsal. */
export class Tally {
  readonly counts: Partial<Record<Action, number>> = {};
  readonly isRehearsal: boolean;
  readonly #onAction: (action: Action, subject: string) => void;

  constructor(isRehearsal = false, onAction: (action: Action, subject: string) => void = () => undefined) {
    this.isRehearsal = isRehearsal;
    this.#onAction = onAction;
  }

  /**
   * @param subjects - the pictures or objects that it is done to
   * @param work - does it, to all of them
   */
  async act(action: Action, subjects: readonly string[], work: () => Promise<unknown>): Promise<void> {
    if (subjects.length === 0) return;
    if (!this.isRehearsal) await work();
    this.counts[action] = (this.counts[action] ?? 0) + subjects.length;
    for (const subject of subjects) this.#onAction(action, subject);
  }
}
