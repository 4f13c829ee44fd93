import type { DeletedEvent, Image } from '@darkroom/contracts';
import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds that a line may be gone before a person is told: most breaks heal at once. */
const TELL_AFTER = 2_500;
/** Milliseconds before a stream that the browser has given up is opened again. */
const REOPEN_AFTER = 2_000;
/** Milliseconds that the first list of pictures waits for the stream at most. */
const OPEN_WITHIN = 1_000;

export interface LiveHandlers {
  onImage(image: Image): void;
  onDeleted(id: string): void;
  /** What was missed cannot be told: load again. */
  onReset(): void;
  /** The line is there again after it was gone. */
  onBack(): void;
  /** The browser has given up: the server may have refused the stream. */
  onRefused(): void;
}

/** The stream of changes. The browser resumes it by itself; where it gives up, it is opened anew. */
export class LiveEvents {
  readonly #handlers: LiveHandlers;
  readonly #lost = signal(false);
  #source: EventSource | null = null;
  #wasOpen = false;
  /** Somebody went on without the stream, and may have missed what happened until it opens. */
  #isAwaited = false;
  #opened: () => void = () => undefined;
  #tell: number | undefined;
  #reopen: number | undefined;

  constructor(handlers: LiveHandlers) {
    this.#handlers = handlers;
    addEventListener('online', () => this.#source !== null && this.#open());
    addEventListener('offline', () => this.#source !== null && this.#break());
  }

  /** True while the line has been gone for long enough to tell. */
  get lost(): ReadonlySignal<boolean> {
    return this.#lost;
  }

  /**
   * Opens the stream. What is listed once it is open can miss nothing that happened between the two.
   *
   * @returns resolves when it is open, or nobody should wait for it any longer; `onReset` tells then when it is
   */
  start(): Promise<void> {
    if (this.#source !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#opened = resolve;
      setTimeout(() => {
        this.#isAwaited = !this.#wasOpen && this.#source !== null;
        resolve();
      }, OPEN_WITHIN);
      this.#open();
    });
  }

  stop(): void {
    clearTimeout(this.#reopen);
    this.#source?.close();
    this.#source = null;
    this.#wasOpen = false;
    this.#isAwaited = false;
    this.#heal();
  }

  #open(): void {
    clearTimeout(this.#reopen);
    this.#source?.close();
    const source = new EventSource('/api/events');
    this.#source = source;
    let opened = false;
    source.addEventListener('open', () => {
      // A stream that the browser resumes goes on where it was; a new one has missed what was between.
      if ((this.#wasOpen && !opened) || this.#isAwaited) this.#handlers.onReset();
      if (this.#wasOpen) this.#handlers.onBack();
      opened = true;
      this.#wasOpen = true;
      this.#isAwaited = false;
      this.#opened();
      this.#heal();
    });
    source.addEventListener('error', () => this.#onError(source));
    source.addEventListener('image', ({ data }: MessageEvent<string>) =>
      this.#handlers.onImage(JSON.parse(data) as Image),
    );
    source.addEventListener('deleted', ({ data }: MessageEvent<string>) =>
      this.#handlers.onDeleted((JSON.parse(data) as DeletedEvent).id),
    );
    source.addEventListener('reset', () => this.#handlers.onReset());
  }

  #onError(source: EventSource): void {
    if (source !== this.#source) return;
    this.#break();
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#reopen);
    this.#reopen = setTimeout(() => this.#source === source && this.#open(), REOPEN_AFTER);
    this.#handlers.onRefused();
  }

  #break(): void {
    this.#tell ??= setTimeout(() => (this.#lost.value = true), TELL_AFTER);
  }

  #heal(): void {
    clearTimeout(this.#tell);
    this.#tell = undefined;
    this.#lost.value = false;
  }
}
