import type { Platform } from '@darkroom/platform';
import type { JobQueue } from '@darkroom/queue';
import type { Tally } from './tally.js';

/** Rows or objects that are looked at in one go. */
export const PAGE = 500;

export type ReconcileParts = Pick<Platform, 'catalogue' | 'storage' | 'logger' | 'metrics'>;

export interface ReconcileContext {
  platform: ReconcileParts;
  queue: JobQueue;
  tally: Tally;
  /** Seconds that a picture, a format or a deletion waits for whoever is at it, before it is looked at. */
  idleSeconds: number;
  /** Seconds that an object without a picture is kept: its upload may still be under way. */
  graceSeconds: number;
  /** `due`: storage is compared as far as it is its turn; `all`: with every picture there is, now. */
  storage: 'due' | 'all';
  /**
   * To be called between two pages.
   *
   * @throws the reason to stop: the process ends, or another one has taken over
   */
  readonly goOn: () => Promise<void>;
}

/** One thing that the reconciler puts right. Every step may be killed between any two of its writes, and run again. */
export interface ReconcileStep {
  name: string;
  readonly run: (context: ReconcileContext) => Promise<void>;
}
