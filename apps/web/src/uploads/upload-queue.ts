import type { Image } from '@darkroom/contracts';
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { backoff } from './backoff.js';
import type { Replacement } from './replacement.js';
import { SpeedMeter } from './speed.js';
import { UploadFault, type UploadTransport } from './upload-transport.js';

/** Files sent at a time. */
const UPLOADS_AT_ONCE = 3;

export type UploadState =
  | 'waiting'
  | 'uploading'
  /** The last try failed; a retry follows automatically. */
  | 'retrying'
  /** The session has ended; continues after signing in. */
  | 'held'
  /** The api has accepted it. */
  | 'kept'
  | 'refused'
  | 'cancelled';

export interface Upload {
  readonly id: number;
  readonly file: File;
  /** `Idempotency-Key` of all tries. */
  readonly key: string;
  readonly state: UploadState;
  /** When the first try started, in milliseconds of the queue's clock; null before. */
  readonly startedAt: number | null;
  /** Bytes sent in this try. */
  readonly sent: number;
  /** Number of failed tries. */
  readonly failures: number;
  /** Why the last try failed, or why the file is refused. */
  readonly message: string | null;
  /** The accepted picture. */
  readonly image: Image | null;
  /** Object URL of the file; null if the browser cannot decode the format. */
  readonly preview: string | null;
  /** Width divided by height; null where the browser cannot decode the format. */
  readonly aspect: number | null;
  /** The failed picture that this file replaces. */
  readonly replaces: Replacement | null;
}

/** A file to send, or one that was refused before. */
export interface NewUpload {
  readonly file: File;
  readonly preview: string | null;
  readonly aspect: number | null;
  /** Why the file is not sent; null for a file to send. */
  readonly refusal: string | null;
  readonly replaces?: Replacement;
}

/** All uploads wait, because the server accepts none for a while. */
export interface UploadPause {
  /** Why, in one plain sentence. */
  readonly reason: string;
  /** When they continue, in milliseconds of the queue's clock. */
  readonly until: number;
}

export interface UploadClock {
  now(): number;
  after(milliseconds: number, work: () => void): () => void;
  random(): number;
}

export interface UploadQueueParts {
  readonly transport: UploadTransport;
  readonly clock: UploadClock;
  readonly newKey: () => string;
  /** Called for each accepted picture. */
  readonly onKept: (image: Image, upload: Upload) => void;
}

/**
 * Sends files, three at a time in order, and retries until each is accepted, refused or cancelled. While the server
 * accepts no upload, all of them wait in their order.
 */
export class UploadQueue {
  readonly #parts: UploadQueueParts;
  readonly #uploads = signal<readonly Upload[]>([]);
  readonly #running = new Map<number, AbortController>();
  readonly #timers = new Map<number, () => void>();
  readonly #meter = new SpeedMeter();
  readonly #pause = signal<UploadPause | null>(null);
  #endPause: (() => void) | undefined;
  #nextId = 1;
  #sentBefore = 0;

  constructor(parts: UploadQueueParts) {
    this.#parts = parts;
  }

  get uploads(): ReadonlySignal<readonly Upload[]> {
    return this.#uploads;
  }

  /** Null while uploads continue. */
  get pause(): ReadonlySignal<UploadPause | null> {
    return this.#pause;
  }

  /** Seconds until a pause is over, at least 1; 0 without one. */
  secondsToWait(): number {
    const { until } = this.#pause.value ?? {};
    return until === undefined ? 0 : Math.max(1, Math.ceil((until - this.#parts.clock.now()) / 1000));
  }

  /** Bytes per second over all files. */
  speed(): number {
    return this.#meter.read(this.#parts.clock.now());
  }

  add(files: readonly NewUpload[]): void {
    const added = files.map(({ file, preview, aspect, refusal, replaces = null }): Upload => ({
      id: this.#nextId++,
      file,
      key: this.#parts.newKey(),
      state: refusal === null ? 'waiting' : 'refused',
      startedAt: null,
      sent: 0,
      failures: 0,
      message: refusal,
      image: null,
      preview,
      aspect,
      replaces,
    }));
    this.#uploads.value = [...this.#uploads.value, ...added];
    this.#fill();
  }

  /** Cancels a file that is not accepted yet. */
  cancel(id: number): void {
    const upload = this.#find(id);
    if (upload === undefined || !isOpen(upload)) return;
    this.#change(id, { state: 'cancelled', sent: 0, message: null });
    this.#running.get(id)?.abort();
    this.#stopTimer(id);
    this.#fill();
  }

  cancelAll(): void {
    for (const { id } of this.#uploads.value.filter(isOpen)) this.cancel(id);
  }

  /** Sends a file again that waits for its retry, was refused or was cancelled. */
  retry(id: number): void {
    const upload = this.#find(id);
    if (upload === undefined || !isRetryable(upload)) return;
    this.#stopTimer(id);
    this.#change(id, { state: 'waiting', sent: 0, message: null });
    this.#fill();
  }

  /** Retries waiting files at once, because the connection is back. */
  retryNow(): void {
    for (const { id } of this.#uploads.value.filter(({ state }) => state === 'retrying')) this.retry(id);
  }

  /** Sends held files, after signing in. */
  resume(): void {
    for (const { id } of this.#uploads.value.filter(({ state }) => state === 'held')) {
      this.#change(id, { state: 'waiting' });
    }
    this.#fill();
  }

  /** Removes finished files from the list. */
  clear(): void {
    this.#uploads.value = this.#uploads.value.filter(isOpen);
  }

  #fill(): void {
    if (this.#pause.value !== null) return;
    for (const upload of this.#uploads.value) {
      if (this.#running.size >= UPLOADS_AT_ONCE) return;
      if (upload.state === 'waiting' && !this.#running.has(upload.id)) void this.#send(upload);
    }
  }

  async #send({ id, file, key, startedAt, replaces }: Upload): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    this.#change(id, {
      state: 'uploading',
      startedAt: startedAt ?? this.#parts.clock.now(),
      sent: 0,
      message: null,
    });
    try {
      const onProgress = (sent: number) => this.#progress(id, sent);
      const request = { file, fields: replaces?.fields ?? {}, key, signal: controller.signal, onProgress };
      const image = await this.#parts.transport(request);
      this.#settle(id, controller, () => this.#keep(id, image));
    } catch (error) {
      this.#settle(id, controller, () => this.#fail(id, error));
    }
  }

  /** Ignores the result of a cancelled try. */
  #settle(id: number, controller: AbortController, work: () => void): void {
    this.#running.delete(id);
    if (!controller.signal.aborted) work();
    this.#fill();
  }

  #keep(id: number, image: Image): void {
    const upload = this.#find(id);
    if (upload === undefined) return;
    this.#sentBefore += upload.file.size;
    // In one batch, so that the picture replaces the upload's card without a gap.
    batch(() => {
      this.#change(id, { state: 'kept', sent: upload.file.size, image });
      this.#parts.onKept(image, upload);
    });
  }

  #fail(id: number, error: unknown): void {
    const failures = (this.#find(id)?.failures ?? 0) + 1;
    const fault = error instanceof UploadFault ? error : new UploadFault('refused', String(error));
    const { kind, message } = fault;
    if (kind === 'refused' || kind === 'signed-out') {
      this.#change(id, { state: kind === 'refused' ? 'refused' : 'held', sent: 0, failures, message });
      return;
    }
    if (kind === 'throttled') {
      // No fault of this file: it keeps its place.
      this.#change(id, { state: 'waiting', sent: 0, message: null });
      this.#pauseFor(fault);
      return;
    }
    this.#change(id, { state: 'retrying', sent: 0, failures, message });
    const wait = backoff(failures, fault.retryAfter, this.#parts.clock.random());
    this.#timers.set(
      id,
      this.#parts.clock.after(wait, () => this.retry(id)),
    );
  }

  /** Sends nothing for as long as the server asks. Of several pauses, the one that ends last counts. */
  #pauseFor({ message, retryAfter }: UploadFault): void {
    const { clock } = this.#parts;
    const wait = backoff(1, retryAfter, clock.random());
    const until = clock.now() + wait;
    if (until <= (this.#pause.value?.until ?? 0)) return;
    this.#endPause?.();
    this.#pause.value = { reason: message, until };
    this.#endPause = clock.after(wait, () => {
      this.#pause.value = null;
      this.#fill();
    });
  }

  #progress(id: number, sent: number): void {
    if (this.#find(id)?.state !== 'uploading') return;
    this.#change(id, { sent });
    const open = this.#uploads.value.reduce(
      (total, one) => total + (one.state === 'uploading' ? one.sent : 0),
      0,
    );
    this.#meter.add(this.#parts.clock.now(), this.#sentBefore + open);
  }

  #stopTimer(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  #find(id: number): Upload | undefined {
    return this.#uploads.value.find((upload) => upload.id === id);
  }

  #change(id: number, change: Partial<Upload>): void {
    this.#uploads.value = this.#uploads.value.map((one) => (one.id === id ? { ...one, ...change } : one));
  }
}

/** Whether the upload is still in progress. */
export function isOpen({ state }: Upload): boolean {
  return state === 'waiting' || state === 'uploading' || state === 'retrying' || state === 'held';
}

/** Whether sending again can succeed. A file that was refused before it was sent would be refused again. */
export function isRetryable({ state, failures }: Upload): boolean {
  return state === 'retrying' || state === 'cancelled' || (state === 'refused' && failures > 0);
}
