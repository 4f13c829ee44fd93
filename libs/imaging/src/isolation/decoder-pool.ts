import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImagingEngine, ImagingOptions } from '../engine-types.js';
import { decoderCommand } from './decoder-command.js';
import { DecoderChild, type LeavingReason, PictureNotBegun } from './decoder-child.js';
import type { DecoderRequest, DecoderResult } from './protocol.js';
import { canLeaveNetwork, withoutNetwork } from './without-network.js';

/** Why a decoder process was replaced. `worn`: after many pictures, or with much memory that it did not give back. */
export type ReplacementReason = Exclude<LeavingReason, 'closed'>;

export interface DecoderPoolOptions {
  /** Processes, and so pictures in flight, at most. One is started at once, the others when there is work for them. */
  size: number;
  /** Resident memory in bytes that one process may have; about 70 MB of it are code, which all of them share. */
  memoryLimitBytes: number;
  /**
   * Absolute path of the working folder, which has to be there. Originals and output folders lie in it: the processes
   * are kept from every other file, as far as JavaScript is concerned.
   */
  folder: string;
  /** Milliseconds that a picture gets over its own time before its process is killed; 1,000 by default. */
  killGraceMs?: number;
  /** Pictures after which a process is replaced; 1,000 by default. */
  picturesMax?: number;
  /** Absolute path of another program than the decoder, for tests. */
  processPath?: string;
  onReplaced?: (reason: ReplacementReason) => void;
  /** Gets what the processes write to their standard output and error, cut to some lines a picture. */
  onOutput?: (text: string) => void;
}

export interface DecoderPool extends ImagingEngine {
  /** Whether the processes have no network; it depends on the system. */
  readonly isOffline: boolean;
  /** Ends every process; pictures in hand are rejected with an error that is not theirs. Resolves when all have ended. */
  close(): Promise<void>;
}

interface Waiter {
  resolve: (child: DecoderChild) => void;
  reject: (error: unknown) => void;
}

const KILL_GRACE_MS = 1_000;
const PICTURES_MAX = 1_000;
/** A process that keeps more bytes than this after a picture gives them back by its end. */
const KEPT_BYTES_MAX = 256 * 2 ** 20;
/** How often a picture is given to another process because the one that had it ended before it began. */
const HANDOVERS_MAX = 3;

/**
 * Makes an engine whose pictures are decoded in child processes, kept warm, one picture a process at a time. A picture
 * that crashes its process, hangs or eats memory ends alone, and another process takes the place of its own.
 */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  return new ProcessPool(options);
}

class ProcessPool implements DecoderPool {
  readonly isOffline = canLeaveNetwork();
  readonly #options: DecoderPoolOptions;
  readonly #children = new Set<DecoderChild>();
  /** The one used last stands last and goes first: it is the warmest. */
  readonly #idle: DecoderChild[] = [];
  readonly #waiting: Waiter[] = [];
  readonly #ending = new Set<Promise<void>>();
  readonly #command: readonly string[];
  #closed = false;
  #ids = 0;

  constructor(options: DecoderPoolOptions) {
    this.#options = options;
    this.#command = withoutNetwork(decoderCommand(options.processPath ?? decoderEntry(), options.folder));
    this.#start();
  }

  async process(...[input, recipe, options]: Parameters<ImagingEngine['process']>) {
    const { facts, variants } = await this.#perform(
      { format: null, input, recipe, ...this.#picked(options) },
      options,
    );
    if (!facts) throw new Error('A result without facts was let through.');
    return { facts, variants };
  }

  async encode(...[input, recipe, format, options]: Parameters<ImagingEngine['encode']>) {
    return (await this.#perform({ format, input, recipe, ...this.#picked(options) }, options)).variants;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(closedError());
    for (const child of this.#children) child.leave('closed', closedError());
    await Promise.all(this.#ending);
  }

  #picked({ limits, outputFolder }: ImagingOptions) {
    return { limits: { ...limits, memoryBytes: this.#options.memoryLimitBytes }, outputFolder };
  }

  async #perform(request: Omit<DecoderRequest, 'id'>, options: ImagingOptions): Promise<DecoderResult> {
    for (let handovers = 0; ; handovers += 1) {
      const child = await this.#acquire(options.signal);
      this.#ids += 1;
      try {
        return await child.run({ ...request, id: this.#ids }, options);
      } catch (error) {
        if (!(error instanceof PictureNotBegun)) throw error;
        if (handovers === HANDOVERS_MAX)
          throw new Error('Decoder processes end too early.', { cause: error });
      } finally {
        this.#release(child);
      }
    }
  }

  async #acquire(signal: AbortSignal | undefined): Promise<DecoderChild> {
    signal?.throwIfAborted();
    if (this.#closed) throw closedError();
    const idle = this.#idle.pop();
    if (idle) return idle;
    const { promise, resolve, reject } = Promise.withResolvers<DecoderChild>();
    const waiter = { resolve, reject };
    this.#waiting.push(waiter);
    this.#start();
    const abort = () => {
      const at = this.#waiting.indexOf(waiter);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #release(child: DecoderChild): void {
    if (!child.isUsable) return;
    const { memoryLimitBytes, picturesMax = PICTURES_MAX } = this.#options;
    // Half of what the limit leaves it, or under a low limit it would be replaced for what every fresh process takes.
    const keptMax = Math.min(KEPT_BYTES_MAX, (child.ownMemory + memoryLimitBytes) / 2);
    if (child.pictures >= picturesMax || (child.memory ?? 0) > keptMax) child.leave('worn', undefined);
    else this.#offer(child);
  }

  #offer(child: DecoderChild): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter.resolve(child);
    else this.#idle.push(child);
  }

  #start(): void {
    if (this.#closed || this.#children.size >= this.#options.size) return;
    const { folder, memoryLimitBytes, killGraceMs = KILL_GRACE_MS, onOutput } = this.#options;
    const child = new DecoderChild({
      command: this.#command,
      folder,
      memoryLimitBytes,
      killGraceMs,
      onOutput: (text) => onOutput?.(text),
      onReady: (ready) => this.#offer(ready),
      onLeaving: (leaving, reason) => this.#replace(leaving, reason),
    });
    this.#children.add(child);
    const ended = child.ended.then(() => void this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #replace(child: DecoderChild, reason: LeavingReason): void {
    this.#children.delete(child);
    const at = this.#idle.indexOf(child);
    if (at !== -1) this.#idle.splice(at, 1);
    if (this.#closed || reason === 'closed') return;
    this.#options.onReplaced?.(reason);
    if (reason === 'not_started') {
      // Whatever keeps processes from starting, trying for ever would not mend it: the job's own tries do.
      this.#waiting.shift()?.reject(new Error('A decoder process did not start.'));
      if (this.#waiting.length === 0) return;
    }
    this.#start();
  }
}

const closedError = () => new Error('The decoder processes were closed.');

/** The built program, or its source where this file is source itself. */
function decoderEntry(): string {
  const built = join(import.meta.dirname, 'decoder-process.js');
  return existsSync(built) ? built : join(import.meta.dirname, 'decoder-process.ts');
}
