import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HeicDecoder, HeicReport, ImagingEngine, ImagingOptions } from '../engine-types.js';
import { decoderCommand } from './decoder-command.js';
import { DecoderChild, type StopReason, PictureNotBegun } from './decoder-child.js';
import { WEBASSEMBLY } from '../heif/heic-decoders.js';
import { DecoderCrashed } from './decoder-crashed.js';
import { KeptInChild } from './kept-in-child.js';
import { endByKernel } from './end-by-kernel.js';
import type { DecoderRequest, DecoderResult } from './protocol.js';
import { canIsolateFromNetwork, isolateFromNetwork } from './isolate-from-network.js';

/** Why a decoder process was replaced. `worn`: after many pictures, or because it kept too much memory. */
export type ReplacementReason = Exclude<StopReason, 'closed' | 'idle'>;

export interface DecoderPoolOptions {
  /**
   * Maximum number of processes, and so of pictures in flight. One starts at once, the others when there is work for
   * them.
   */
  size: number;
  /** Resident memory in bytes that one process may use; about 70 MB of it are code that all processes share. */
  memoryLimitBytes: number;
  /**
   * Absolute path of the working folder, which must exist. It contains the originals and the output folders: JavaScript
   * in the processes has no access to any other file.
   */
  folder: string;
  /** Milliseconds after a picture's own timeout until its process is killed; 1,000 by default. */
  killGraceMs?: number;
  /** A process is replaced after this many pictures; 1,000 by default. */
  picturesMax?: number;
  /**
   * Milliseconds after which a process without a picture ends. By default none does. A fresh one remains or starts, so
   * that the next picture does not wait for it: it has 25 MB, and one that has processed pictures 60 to 80.
   */
  idleMs?: number;
  /** Absolute path of a program to run instead of the decoder, for tests. */
  processPath?: string;
  /** What may decode HEIC; `auto` by default. */
  heicDecoder?: HeicDecoder;
  /** Called when the decoding of a HEIC begins, and again when another decoder begins because the first failed. */
  onHeicDecoder?: (report: HeicReport) => void;
  onReplaced?: (reason: ReplacementReason) => void;
  /** Called with the standard output and error of the processes, limited to some lines for each picture. */
  onOutput?: (text: string) => void;
}

export interface DecoderPool extends ImagingEngine {
  /** Whether the processes have no network; it depends on the system. */
  readonly isOffline: boolean;
  /**
   * Ends every process; pictures in flight are rejected with an error that does not blame them. Resolves when all have
   * ended.
   */
  close(): Promise<void>;
}

interface Waiter {
  resolve: (child: DecoderChild) => void;
  reject: (error: unknown) => void;
}

const KILL_GRACE_MS = 1_000;
const PICTURES_MAX = 1_000;
/** A process that keeps more bytes than this after a picture is replaced, which frees them. */
const KEPT_BYTES_MAX = 256 * 2 ** 20;
/** Limit on how often a picture moves to another process because the first one ended before beginning it. */
const HANDOVERS_MAX = 3;

/**
 * Creates an engine that decodes pictures in warm child processes, one picture a process at a time. A picture that
 * crashes its process, hangs or uses too much memory fails alone, and a new process replaces the old one.
 */
export function createDecoderPool(options: DecoderPoolOptions): DecoderPool {
  return new ProcessPool(options);
}

class ProcessPool implements DecoderPool {
  readonly isOffline = canIsolateFromNetwork();
  readonly #options: DecoderPoolOptions;
  readonly #children = new Set<DecoderChild>();
  /** The process used last is at the end and is reused first: it is the warmest. */
  readonly #idle: DecoderChild[] = [];
  readonly #waiting: Waiter[] = [];
  readonly #ending = new Set<Promise<void>>();
  readonly #command: readonly string[];
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #ids = 0;

  constructor(options: DecoderPoolOptions) {
    this.#options = options;
    const command = decoderCommand(options.processPath ?? decoderEntry(), options.folder);
    this.#command = isolateFromNetwork(endByKernel(command));
    this.#start();
  }

  async process(...[input, recipe, options]: Parameters<ImagingEngine['process']>) {
    const picture = { pixels: 'free', format: null, input, recipe, ...this.#picked(options) } as const;
    const { child, result } = await this.#perform(picture, options);
    this.#release(child);
    return withFacts(result);
  }

  async processAndKeep(...[input, recipe, options]: Parameters<ImagingEngine['process']>) {
    const picture = { pixels: 'keep', format: null, input, recipe, ...this.#picked(options) } as const;
    const { child, request, result } = await this.#perform(picture, options);
    const nextId = () => this.#nextId();
    return new KeptInChild(
      { child, request, nextId, onReleased: () => this.#release(child) },
      withFacts(result),
    );
  }

  async encode(...[input, recipe, format, options]: Parameters<ImagingEngine['encode']>) {
    const picture = { pixels: 'free', format, input, recipe, ...this.#picked(options) } as const;
    const { child, result } = await this.#perform(picture, options);
    this.#release(child);
    return result.variants;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    for (const waiter of this.#waiting.splice(0)) waiter.reject(closedError());
    for (const child of this.#children) child.stop('closed', closedError());
    await Promise.all(this.#ending);
  }

  #picked({ limits, outputFolder, keepGainMap = false }: ImagingOptions) {
    const { memoryLimitBytes, heicDecoder = 'auto' } = this.#options;
    return { limits: { ...limits, memoryBytes: memoryLimitBytes }, outputFolder, keepGainMap, heicDecoder };
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  /** The caller releases the process that it returns. */
  async #perform(picture: Omit<DecoderRequest, 'id'>, options: ImagingOptions) {
    let { heicDecoder } = picture;
    for (let handovers = 0; ; handovers += 1) {
      const child = await this.#acquire(options.signal);
      const request: DecoderRequest = { ...picture, heicDecoder, id: this.#nextId() };
      let native: string | undefined;
      const onHeicDecoder = (report: HeicReport) => {
        if (report.decoder !== WEBASSEMBLY) native = report.decoder;
        this.#options.onHeicDecoder?.(report);
      };
      try {
        return { child, request, result: await child.run(request, { ...options, onHeicDecoder }) };
      } catch (error) {
        this.#release(child);
        // A crash of the system's library is not the picture's: WebAssembly decodes every HEIC.
        if (error instanceof DecoderCrashed && native !== undefined && heicDecoder === 'auto') {
          heicDecoder = 'webassembly';
          this.#options.onHeicDecoder?.({ decoder: WEBASSEMBLY, failure: `${native}: ${error.message}` });
          continue;
        }
        if (!(error instanceof PictureNotBegun)) throw error;
        if (handovers === HANDOVERS_MAX)
          throw new Error('Decoder processes end too early.', { cause: error });
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
    // At most the midpoint between a fresh process's memory and the limit. Otherwise a low limit would replace a
    // process for the memory that every fresh one needs.
    const keptMax = Math.min(KEPT_BYTES_MAX, (child.ownMemory + memoryLimitBytes) / 2);
    if (child.pictures >= picturesMax || (child.memory ?? 0) > keptMax) child.stop('worn', undefined);
    else this.#offer(child);
  }

  #offer(child: DecoderChild): void {
    const waiter = this.#waiting.shift();
    if (waiter) return waiter.resolve(child);
    child.idleSince = performance.now();
    this.#idle.push(child);
    this.#watchIdle();
  }

  /** A fresh process, which idleness does not end. */
  get #spare(): DecoderChild | undefined {
    return this.#idle.find(({ pictures }) => pictures === 0);
  }

  /** Ends the processes that have been idle too long, the one used longest ago first. */
  #watchIdle(): void {
    const { idleMs } = this.#options;
    if (idleMs === undefined || this.#idleTimer !== undefined) return;
    const coldest = this.#idle.find((child) => child !== this.#spare);
    if (coldest === undefined) return;
    const left = coldest.idleSince + idleMs - performance.now();
    this.#idleTimer = setTimeout(
      () => {
        this.#idleTimer = undefined;
        const oldest = performance.now() - idleMs;
        for (const child of this.#idle.filter(({ idleSince }) => idleSince <= oldest)) {
          if (child !== this.#spare) child.stop('idle', undefined);
        }
        if (this.#children.size === 0) this.#start();
        this.#watchIdle();
      },
      Math.max(1, Math.ceil(left)),
    ).unref();
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
      onStopped: (stopped, reason) => this.#replace(stopped, reason),
    });
    this.#children.add(child);
    const ended = child.ended.then(() => void this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #replace(child: DecoderChild, reason: StopReason): void {
    this.#children.delete(child);
    const at = this.#idle.indexOf(child);
    if (at !== -1) this.#idle.splice(at, 1);
    if (this.#closed || reason === 'closed' || reason === 'idle') return;
    this.#options.onReplaced?.(reason);
    if (reason === 'not_started') {
      // Retrying forever would not fix what keeps processes from starting; the job's own retries may.
      this.#waiting.shift()?.reject(new Error('A decoder process did not start.'));
      if (this.#waiting.length === 0) return;
    }
    this.#start();
  }
}

function withFacts({ facts, variants }: DecoderResult): Required<DecoderResult> {
  if (!facts) throw new Error('A result without facts passed the check.');
  return { facts, variants };
}

const closedError = () => new Error('The decoder processes were closed.');

/** Returns the built program, or its source when this file runs from source. */
function decoderEntry(): string {
  const built = join(import.meta.dirname, 'decoder-process.js');
  return existsSync(built) ? built : join(import.meta.dirname, 'decoder-process.ts');
}
