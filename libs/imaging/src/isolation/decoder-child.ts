import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { formatBytes, PictureFault } from '@darkroom/errors';
import { timeoutFault } from '../deadline.js';
import type { EngineStep, HeicReport, ImagingOptions } from '../engine-types.js';
import { DecoderCrashed } from './decoder-crashed.js';
import {
  type DecoderMessage,
  type DecoderRequest,
  type DecoderResult,
  isResultOf,
  LINE_BYTES_MAX,
  parseMessage,
  RELEASE,
} from './protocol.js';
import { readLines } from './read-lines.js';
import { ResidentMemory } from './resident-bytes.js';

/** Why a decoder process was stopped, or ended unexpectedly. */
export type StopReason =
  'crash' | 'protocol' | 'timeout' | 'memory' | 'aborted' | 'worn' | 'not_started' | 'idle' | 'closed';

export interface DecoderChildOptions {
  /** The program and its arguments. */
  command: readonly string[];
  folder: string;
  memoryLimitBytes: number;
  killGraceMs: number;
  onOutput: (text: string) => void;
  onReady: (child: DecoderChild) => void;
  /** Called once, as soon as the process is unusable; it may still be shutting down. */
  onStopped: (child: DecoderChild, reason: StopReason) => void;
}

/** The process ended before it began the picture. The picture is not the cause, and another process may get it. */
export class PictureNotBegun extends Error {}

interface Job {
  request: DecoderRequest;
  begun: boolean;
  onStep: ((step: EngineStep) => void) | undefined;
  onHeicDecoder: ((report: HeicReport) => void) | undefined;
  resolve: (result: DecoderResult) => void;
  reject: (error: unknown) => void;
}

const START_MS = 30_000;
const MEMORY_POLL_MS = 50;
/** Longest forwarded output of a process for one picture, in characters. */
const OUTPUT_MAX = 4_000;
const LAST_OUTPUT_MAX = 2_000;
const TIMER_MAX = 2 ** 31 - 1;
/**
 * The whole environment of a decoder. One arena for all threads: glibc would create eight for each core and return
 * little of their memory, and with one picture at a time, threads never wait for each other. Measured with 12 MP: a
 * fifth less memory, a third less time in the kernel.
 */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };
/** The kernel's maximum: when memory runs out, the kernel kills a decoder and not the worker. */
const OOM_SCORE_ADJUST = '1000';

/** One decoder process, for one picture at a time. */
export class DecoderChild {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** Number of pictures that it received. */
  pictures = 0;
  /** Resident memory in bytes before its first picture; 0 where it is unknown. */
  ownMemory = 0;
  /** Set by the pool, in milliseconds of `performance.now()`. */
  idleSince = 0;
  readonly #options: DecoderChildOptions;
  readonly #process: ChildProcess;
  readonly #channel: Duplex;
  readonly #startTimer: NodeJS.Timeout;
  readonly #memory: ResidentMemory | undefined;
  #job: Job | undefined;
  #stopped: { reason: StopReason; error: unknown } | undefined;
  #ready = false;
  #outputLeft = OUTPUT_MAX;
  #lastOutput = '';

  constructor(options: DecoderChildOptions) {
    this.#options = options;
    const [program = '', ...args] = options.command;
    this.#process = spawn(program, args, {
      cwd: options.folder,
      env: ENVIRONMENT,
      // Standard input is never written to: its end signals that the parent has ended. 3 is the channel.
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#channel = this.#process.stdio[3] as Duplex;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    // Not at `exit`: the channel can still contain an earlier answer.
    this.#process.once('close', (code, signal) => {
      this.#memory?.close();
      this.#onClose(code, signal);
      resolve();
    });
    this.#process.once('error', (error) => this.stop('not_started', error));
    this.#startTimer = setTimeout(() => this.stop('not_started', new Error('too slow')), START_MS);
    this.#listen();
    const { pid } = this.#process;
    this.#memory = pid === undefined ? undefined : new ResidentMemory(pid);
    // Fails on other systems than Linux, and for a process that has already ended.
    if (pid) writeFile(`/proc/${pid}/oom_score_adj`, OOM_SCORE_ADJUST).catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isUsable(): boolean {
    return this.#stopped === undefined;
  }

  /** Resident memory in bytes; null where it is unknown. */
  get memory(): number | null {
    return this.#memory?.read() ?? null;
  }

  /**
   * Processes one picture, or makes a format from the pixels that it kept. An abort ends the process; only of a format
   * from kept pixels, it ends the format, and the process survives.
   *
   * @throws PictureFault; the signal's reason; PictureNotBegun; an error of the process that the picture did not cause
   */
  async run(
    request: DecoderRequest,
    { signal, onStep, onHeicDecoder }: Pick<ImagingOptions, 'signal' | 'onStep' | 'onHeicDecoder'>,
  ): Promise<DecoderResult> {
    signal?.throwIfAborted();
    if (!this.isUsable) throw new PictureNotBegun();
    this.pictures += 1;
    this.#outputLeft = OUTPUT_MAX;
    this.#lastOutput = '';
    const { promise, resolve, reject } = Promise.withResolvers<DecoderResult>();
    this.#job = { request, begun: false, onStep, onHeicDecoder, resolve, reject };

    const { timeoutMs } = request.limits;
    const late = Math.min(TIMER_MAX, timeoutMs + this.#options.killGraceMs);
    const deadline = setTimeout(() => this.stop('timeout', timeoutFault(timeoutMs)), late);
    const watch = setInterval(() => this.#checkMemory(this.memory), MEMORY_POLL_MS);
    let abandoned: NodeJS.Timeout | undefined;
    const abort = () => {
      if (request.pixels !== 'kept') return this.stop('aborted', signal?.reason);
      this.releasePixels();
      abandoned = setTimeout(() => this.stop('aborted', signal?.reason), this.#options.killGraceMs);
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#channel.write(`${JSON.stringify(request)}\n`);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      clearTimeout(abandoned);
      clearInterval(watch);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Frees the pixels that it kept, and gives up the format that it makes from them. */
  releasePixels(): void {
    this.#channel.write(`${JSON.stringify(RELEASE)}\n`);
  }

  /** Kills the process at once; after it has ended, the picture in progress is rejected with `error`. */
  stop(reason: StopReason, error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = { reason, error };
    clearTimeout(this.#startTimer);
    this.#process.kill('SIGKILL');
    this.#options.onStopped(this, reason);
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#process;
    // A broken pipe means that the process has ended, which `close` reports.
    for (const stream of [stdin, stdout, stderr, this.#channel]) stream?.on('error', () => undefined);
    for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => this.#onOutput(chunk));
    const onLine = (line: string) => {
      // Ignore messages that arrive after the process was stopped.
      if (!this.#stopped) this.#onMessage(parseMessage(line));
    };
    readLines(this.#channel, LINE_BYTES_MAX, onLine, () => this.#onMessage(null));
  }

  #onMessage(message: DecoderMessage | null): void {
    const job = this.#job;
    if (message?.type === 'ready' && !this.#ready) {
      this.#ready = true;
      clearTimeout(this.#startTimer);
      this.ownMemory = this.memory ?? 0;
      this.#options.onReady(this);
    } else if (message?.type === 'memory') {
      this.#checkMemory(message.bytes);
    } else if (message?.type === 'begun' && job?.request.id === message.id) {
      job.begun = true;
    } else if (message?.type === 'step' && job?.request.id === message.id) {
      job.onStep?.(message.step);
    } else if (message?.type === 'heic' && job?.request.id === message.id) {
      job.onHeicDecoder?.(message.report);
    } else if (message === null || !('id' in message) || message.id !== job?.request.id) {
      this.#stopForInvalidMessage(message);
    } else {
      this.#onAnswer(job, message);
    }
  }

  #onAnswer(job: Job, message: DecoderMessage): void {
    if (message.type === 'done') {
      if (!isResultOf(job.request, message.result)) return this.#stopForInvalidMessage(null);
      this.#job = undefined;
      job.resolve(message.result);
    } else if (message.type === 'fault') {
      this.#job = undefined;
      job.reject(new PictureFault(message.code, message.message));
      // The engine has abandoned the picture, but libvips continues to work on it.
      if (message.code === 'processing_timeout') this.stop('timeout', undefined);
    } else if (message.type === 'error') {
      this.#job = undefined;
      const { code, stack } = message;
      const error = Object.assign(new Error(message.message), code === undefined ? {} : { code });
      if (stack !== undefined) error.stack = stack;
      job.reject(error);
    }
  }

  /** A message about another picture comes from an earlier one: the picture in progress is not the cause. */
  #stopForInvalidMessage(message: DecoderMessage | null): void {
    const late = message !== null && 'id' in message;
    const error = late ? new PictureNotBegun() : new DecoderCrashed('It sent an invalid message.');
    this.stop('protocol', error);
  }

  #checkMemory(bytes: number | null): void {
    const { memoryLimitBytes } = this.#options;
    if (bytes === null || bytes <= memoryLimitBytes || !this.#job) return;
    const limit = formatBytes(memoryLimitBytes);
    const message = `Processing needed more memory than the limit of ${limit}. Try again, or scale the picture down.`;
    this.stop('memory', new PictureFault('out_of_memory', message));
  }

  #onOutput(chunk: Buffer): void {
    const text = chunk.toString('utf8');
    this.#lastOutput = `${this.#lastOutput}${text}`.slice(-LAST_OUTPUT_MAX);
    const forwarded = text.slice(0, this.#outputLeft);
    this.#outputLeft -= forwarded.length;
    if (forwarded !== '') this.#options.onOutput(forwarded);
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal === null ? `It exited with ${code}.` : `${signal} ended it.`;
    const lastOutput = this.#lastOutput.trim();
    const crash = this.#ready
      ? new DecoderCrashed(how, lastOutput)
      : new Error(`A decoder process did not start. ${how} ${lastOutput}`);
    this.stop(this.#ready ? 'crash' : 'not_started', crash);
    const job = this.#job;
    this.#job = undefined;
    if (!job) return;
    const error = this.#stopped?.error;
    const blameless = error instanceof DecoderCrashed && !job.begun;
    job.reject(blameless ? new PictureNotBegun() : error);
  }
}
