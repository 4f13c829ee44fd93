import { randomUUID } from 'node:crypto';
import type { JobQueue } from '@darkroom/queue';
import type { ReconcileContext, ReconcileParts, ReconcileStep } from './reconcile-step.js';
import { compareStorage } from './steps/compare-storage.js';
import { deleteExpired } from './steps/delete-expired.js';
import { discardUnfinished } from './steps/discard-unfinished.js';
import { enqueueFormats } from './steps/enqueue-formats.js';
import { enqueuePictures } from './steps/enqueue-pictures.js';
import { removeDeletedBytes } from './steps/remove-deleted-bytes.js';
import { trimRecords } from './steps/trim-records.js';
import { type Action, Tally } from './tally.js';

/** What somebody waits for comes first. */
const STEPS: readonly ReconcileStep[] = [
  enqueuePictures,
  deleteExpired,
  removeDeletedBytes,
  enqueueFormats,
  trimRecords,
  discardUnfinished,
  compareStorage,
];

/**
 * Seconds that a picture waits before it is looked at: longer than an api tries to enqueue it. With the 15 between two runs,
 * and the 30 that pictures in every slot of a worker may take before one is free to reconcile, within a minute.
 */
export const IDLE_SECONDS = 10;
/** Seconds that bytes without a row are left alone: their upload may still be running. */
const GRACE_SECONDS = 24 * 3_600;
/** Seconds after which another may take over from one that was killed. */
const HELD_SECONDS = 30;
/** Milliseconds after which one that goes on says so. */
const RENEW = 5_000;

export interface RunOptions {
  /** Shows what would be done, and does nothing. Default false. */
  isRehearsal?: boolean;
  /** Default `due`. */
  storage?: ReconcileContext['storage'];
  idleSeconds?: number;
  graceSeconds?: number;
  onAction?: (action: Action, subject: string) => void;
  /** Aborted when the run is to stop; the next one goes on. */
  signal?: AbortSignal;
}

export interface Report {
  counts: Partial<Record<Action, number>>;
  /** Names of the steps that broke off, each logged with its error; the next run does them again. */
  brokenOff: string[];
  milliseconds: number;
}

/**
 * Compares catalogue, queue and storage, and puts right what a crash between two steps has left. One at a time, across
 * all processes; what it does is idempotent all the same, so that a second one does no harm.
 */
export class Reconciler {
  readonly #platform: ReconcileParts;
  readonly #queue: JobQueue;

  constructor(platform: ReconcileParts, queue: JobQueue) {
    this.#platform = platform;
    this.#queue = queue;
  }

  /**
   * @returns null when somebody else reconciles at the moment
   * @throws DarkroomError `unavailable` when the database does not answer
   */
  async run(options: RunOptions = {}): Promise<Report | null> {
    const { reconciling } = this.#platform.catalogue;
    const holder = randomUUID();
    const hold = () => reconciling.hold(holder, HELD_SECONDS);
    if (options.isRehearsal === true) return this.#runSteps(options, () => Promise.resolve(true));
    if (!(await hold())) return null;
    try {
      return await this.#runSteps(options, hold);
    } finally {
      await reconciling.release(holder).catch((error: unknown) => {
        this.#platform.logger.debug({ err: error }, 'the reconciler is held until its time is over');
      });
    }
  }

  async #runSteps(options: RunOptions, hold: () => Promise<boolean>): Promise<Report> {
    const { logger, metrics } = this.#platform;
    const started = performance.now();
    const tally = new Tally(options.isRehearsal, options.onAction);
    const context = this.#context(options, tally, hold);
    const brokenOff: string[] = [];
    for (const { name, run } of STEPS) {
      options.signal?.throwIfAborted();
      try {
        await run(context);
        await context.goOn();
      } catch (error) {
        options.signal?.throwIfAborted();
        brokenOff.push(name);
        logger.warn({ err: error, step: name }, 'a step of the reconciler broke off; the next run goes on');
      }
    }
    const report = { counts: tally.counts, brokenOff, milliseconds: Math.round(performance.now() - started) };
    if (!tally.isRehearsal) metrics.reconciled({ ...report, seconds: report.milliseconds / 1000 });
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
      goOn: async () => {
        options.signal?.throwIfAborted();
        if (performance.now() - held < RENEW) return;
        if (!(await hold())) throw new Error('another process reconciles now');
        held = performance.now();
      },
    };
  }
}
