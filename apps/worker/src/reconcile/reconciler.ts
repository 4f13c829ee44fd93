import { randomUUID } from 'node:crypto';
import type { JobQueue } from '@darkroom/queue';
import type { ReconcileContext, ReconcileParts, ReconcileStep } from './reconcile-step.js';
import { compareStorage } from './steps/compare-storage.js';
import { deleteExpired } from './steps/delete-expired.js';
import { discardUnfinished } from './steps/discard-unfinished.js';
import { enqueueFormats } from './steps/enqueue-formats.js';
import { enqueuePictures } from './steps/enqueue-pictures.js';
import { foldTotals } from './steps/fold-totals.js';
import { removeDeletedBytes } from './steps/remove-deleted-bytes.js';
import { trimRecords } from './steps/trim-records.js';
import { type Action, Tally } from './tally.js';

/** The steps that a person waits for come first. */
const STEPS: readonly ReconcileStep[] = [
  enqueuePictures,
  deleteExpired,
  removeDeletedBytes,
  enqueueFormats,
  trimRecords,
  foldTotals,
  discardUnfinished,
  compareStorage,
];

/**
 * Seconds that a picture must be idle before it is checked: longer than an api tries to enqueue it. Add 15 seconds
 * between two runs and up to 30 until a busy worker has a free slot: a lost picture is found within a minute.
 */
export const IDLE_SECONDS = 10;
/** Seconds that bytes without a row are kept: their upload may be in flight. */
const GRACE_SECONDS = 24 * 3_600;
/** Seconds after which another process may take over from one that was killed. */
const HELD_SECONDS = 30;
/** Milliseconds after which a run that continues renews its lock. */
const RENEW = 5_000;

export interface RunOptions {
  /** Reports what would be done, and changes nothing. Default: false. */
  isDryRun?: boolean;
  /** Default: `due`. */
  storage?: ReconcileContext['storage'];
  idleSeconds?: number;
  graceSeconds?: number;
  onAction?: (action: Action, subject: string) => void;
  /** Aborts the run; the next one continues. */
  signal?: AbortSignal;
}

export interface Report {
  counts: Partial<Record<Action, number>>;
  /** Names of the steps that failed, each logged with its error. The next run does them again. */
  brokenOff: string[];
  milliseconds: number;
}

/**
 * Compares catalogue, queue and storage, and repairs what a crash between two steps has left. Only one process
 * reconciles at a time. Every repair is idempotent, so a second run at the same time does no harm.
 */
export class Reconciler {
  readonly #platform: ReconcileParts;
  readonly #queue: JobQueue;

  constructor(platform: ReconcileParts, queue: JobQueue) {
    this.#platform = platform;
    this.#queue = queue;
  }

  /**
   * @returns null when another process is reconciling
   * @throws DarkroomError `unavailable` when the database does not respond
   */
  async run(options: RunOptions = {}): Promise<Report | null> {
    const { reconciling } = this.#platform.catalogue;
    const holder = randomUUID();
    const hold = () => reconciling.hold(holder, HELD_SECONDS);
    if (options.isDryRun === true) return this.#runSteps(options, () => Promise.resolve(true));
    if (!(await hold())) return null;
    try {
      return await this.#runSteps(options, hold);
    } finally {
      await reconciling.release(holder).catch((error: unknown) => {
        this.#platform.logger.debug(
          { err: error },
          'could not release the lock of the reconciler; it expires',
        );
      });
    }
  }

  async #runSteps(options: RunOptions, hold: () => Promise<boolean>): Promise<Report> {
    const { logger, metrics } = this.#platform;
    const started = performance.now();
    const tally = new Tally(options.isDryRun, options.onAction);
    const context = this.#context(options, tally, hold);
    const brokenOff: string[] = [];
    for (const { name, run } of STEPS) {
      options.signal?.throwIfAborted();
      try {
        await run(context);
        await context.checkpoint();
      } catch (error) {
        options.signal?.throwIfAborted();
        brokenOff.push(name);
        logger.warn({ err: error, step: name }, 'a step of the reconciler failed; the next run tries again');
      }
    }
    const report = { counts: tally.counts, brokenOff, milliseconds: Math.round(performance.now() - started) };
    if (!tally.isDryRun) metrics.reconciled({ ...report, seconds: report.milliseconds / 1000 });
    const isQuiet = brokenOff.length === 0 && Object.keys(report.counts).length === 0;
    const line = { ...report.counts, brokenOff, ms: report.milliseconds };
    logger[isQuiet ? 'debug' : 'info'](line, 'reconciled');
    return report;
  }

  #context(options: RunOptions, tally: Tally, hold: () => Promise<boolean>): ReconcileContext {
    let held = performance.now();
    return {
      platform: this.#platform,
      queue: this.#queue,
      tally,
      idleSeconds: options.idleSeconds ?? IDLE_SECONDS,
      graceSeconds: options.graceSeconds ?? GRACE_SECONDS,
      storage: options.storage ?? 'due',
      checkpoint: async () => {
        options.signal?.throwIfAborted();
        if (performance.now() - held < RENEW) return;
        if (!(await hold())) throw new Error('another process has taken over');
        held = performance.now();
      },
    };
  }
}
