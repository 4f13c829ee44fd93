import type { Platform } from '@darkroom/platform';
import type { JobQueue } from '@darkroom/queue';
import type { Tally } from './tally.js';

/** Rows or objects that are read in one page. */
export const PAGE = 500;

export type ReconcileParts = Pick<Platform, 'catalogue' | 'storage' | 'logger' | 'metrics'>;

export interface ReconcileContext {
  platform: ReconcileParts;
  queue: JobQueue;
  tally: Tally;
  /** Seconds that a picture, format or deletion must be idle before it is checked: a process may be working on it. */
  idleSeconds: number;
  /** Seconds that an object without a picture is kept: its upload may be in flight. */
  graceSeconds: number;
  /** `due`: compares with storage only what is due; `all`: compares every picture now. */
  storage: 'due' | 'all';
  /**
   * Call this between two pages.
   *
   * @throws the reason to stop: the process is stopping, or another one has taken over
   */
  readonly checkpoint: () => Promise<void>;
}

/** One kind of repair. A step may be killed between any two of its writes, and run again. */
export interface ReconcileStep {
  name: string;
  readonly run: (context: ReconcileContext) => Promise<void>;
}
