import type { Image } from '@darkroom/contracts';
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { backoff } from './backoff.js';
import { SpeedMeter } from './speed.js';
import { UploadFault, type UploadTransport } from './upload-transport.js';

/** Files that are sent at a time. */
const UPLOADS_AT_ONCE = 3;

export type UploadState =
  | 'waiting'
  | 'uploading'
  /** The last try failed and the next one comes by itself. */
  | 'retrying'
  /** Nobody is signed in; goes on after signing in. */
  | 'held'
  /** The server has it. */
  | 'kept'
  | 'refused'
  | 'cancelled';

export interface Upload {
  readonly id: number;
  readonly file: File;
  /** `Idempotency-Key` of all its tries. */
  readonly key: string;
  readonly state: UploadState;
  /** When the first try began, in milliseconds of the queue's clock; null before. */
  readonly startedAt: number | null;
  /** Bytes that have left in this try. */
  readonly sent: number;
  /** Tries that have failed. */
  readonly failures: number;
  /** Why the last try failed, or why the file is refused. */
  readonly message: string | null;
  /** Once it is kept. */
  readonly image: Image | null;
  /** An address of the file's bytes in this browser; null where the browser cannot show the format. */
  readonly preview: string | null;
  /** Width divided by height, where the browser can tell. */
  readonly aspect: number | null;
}

/** A file to send, or one that was refused before. */
export interface NewUpload {
  readonly file: File;
  readonly preview: string | null;
  readonly aspect: number | null;
  /** A sentence, where the file is not worth sending. */
  readonly refusal: string | null;
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
  /** Told of each picture once the server has it. */
  readonly onKept: (image: Image, upload: Upload) => void;
}

/** Sends files, three at a time in their order, and tries again until each is kept, refused or cancelled. */
export class UploadQueue {
  readonly #parts: UploadQueueParts;
  readonly #uploads = signal<readonly Upload[]>([]);
  readonly #running = new Map<number, AbortController>();
  readonly #timers = new Map<number, () => void>();
  readonly #meter = new SpeedMeter();
  #nextId = 1;
  #sentBefore = 0;

  constructor(parts: UploadQueueParts) {
    this.#parts = parts;
  }

  get uploads(): ReadonlySignal<readonly Upload[]> {
    return this.#uploads;
  }

  /** Bytes a second over all files. */
  speed(): number {
    return this.#meter.read(this.#parts.clock.now());
  }

  add(files: readonly NewUpload[]): void {
    const added = files.map(({ file, preview, aspect, refusal }): Upload => ({
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
    }));
    this.#uploads.value = [...this.#uploads.value, ...added];
    this.#fill();
  }

  /** Stops a file that is not kept yet. */
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

  /** Sends a file again: one that waits for its next try, or one that was refused or cancelled. */
  retry(id: number): void {
    const upload = this.#find(id);
    if (upload === undefined || !isRetryable(upload)) return;
    this.#stopTimer(id);
    this.#change(id, { state: 'waiting', sent: 0, message: null });
    this.#fill();
  }

  /** Tries at once what waits for the line: it is there again. */
  hurry(): void {
    for (const { id } of this.#uploads.value.filter(({ state }) => state === 'retrying')) this.retry(id);
  }

  /** Goes on with what was held: somebody has signed in. */
  resume(): void {
    for (const { id } of this.#uploads.value.filter(({ state }) => state === 'held')) {
      this.#change(id, { state: 'waiting' });
    }
    this.#fill();
  }

  /** Takes everything that has ended off the list. */
  clear(): void {
    this.#uploads.value = this.#uploads.value.filter(isOpen);
  }

  #fill(): void {
    for (const upload of this.#uploads.value) {
      if (this.#running.size >= UPLOADS_AT_ONCE) return;
      if (upload.state === 'waiting' && !this.#running.has(upload.id)) void this.#send(upload);
    }
  }

  async #send({ id, file, key, startedAt }: Upload): Promise<void> {
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
      const image = await this.#parts.transport({ file, key, signal: controller.signal, onProgress });
      this.#settle(id, controller, () => this.#keep(id, image));
    } catch (error) {
      this.#settle(id, controller, () => this.#fail(id, error));
    }
  }

  /** What comes of a try that was cancelled is nobody's business any more. */
  #settle(id: number, controller: AbortController, work: () => void): void {
    this.#running.delete(id);
    if (!controller.signal.aborted) work();
    this.#fill();
  }

  #keep(id: number, image: Image): void {
    const upload = this.#find(id);
    if (upload === undefined) return;
    this.#sentBefore += upload.file.size;
    // In one step, so that the picture takes the upload's place on the screen.
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
    this.#change(id, { state: 'retrying', sent: 0, failures, message });
    const wait = backoff(failures, fault.retryAfter, this.#parts.clock.random());
    this.#timers.set(
      id,
      this.#parts.clock.after(wait, () => this.retry(id)),
    );
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

/** Whether something is still to come of it by itself. */
export function isOpen({ state }: Upload): boolean {
  return state === 'waiting' || state === 'uploading' || state === 'retrying' || state === 'held';
}

/** Whether sending again may end otherwise: what was refused before it was sent would be again. */
export function isRetryable({ state, failures }: Upload): boolean {
  return state === 'retrying' || state === 'cancelled' || (state === 'refused' && failures > 0);
}

export interface UploadTotals {
  readonly open: number;
  readonly kept: number;
  readonly failed: number;
  /** Bytes of what is open or kept, and how many of them have left. */
  readonly bytes: number;
  readonly sent: number;
}

/** What all files come to, cancelled and refused ones left out of the bytes. */
export function totalsOf(uploads: readonly Upload[]): UploadTotals {
  const counted = uploads.filter((upload) => isOpen(upload) || upload.state === 'kept');
  return {
    open: uploads.filter(isOpen).length,
    kept: uploads.filter(({ state }) => state === 'kept').length,
    failed: uploads.filter(({ state }) => state === 'refused').length,
    bytes: counted.reduce((total, { file }) => total + file.size, 0),
    sent: counted.reduce((total, { sent }) => total + sent, 0),
  };
}
