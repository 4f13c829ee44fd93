import type { DeletedEvent, Image } from '@darkroom/contracts';
import { type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds before the page shows a lost connection: most connections are back sooner. */
const SHOW_LOST_AFTER = 2_500;
/** Milliseconds before the page reopens a stream that the browser has given up. */
const REOPEN_AFTER = 2_000;
/** The longest that the first list of pictures waits for the stream, in milliseconds. */
const OPEN_WITHIN = 1_000;

export interface LiveHandlers {
  onImage(image: Image): void;
  onDeleted(id: string): void;
  /** Events were missed and cannot be replayed: load again. */
  onReset(): void;
  /** The connection is back. */
  onReconnected(): void;
  /** The browser has given up reconnecting: the server may have refused the stream. */
  onRefused(): void;
}

/** The stream of changes. The browser resumes it after a break; when it gives up, this class opens a new one. */
export class LiveEvents {
  readonly #handlers: LiveHandlers;
  readonly #lost = signal(false);
  #source: EventSource | null = null;
  #wasOpen = false;
  /** A caller of `start` continued before the stream was open, and may miss events until then. */
  #isAwaited = false;
  #opened: () => void = () => undefined;
  #lostTimer: number | undefined;
  #reopen: number | undefined;

  constructor(handlers: LiveHandlers) {
    this.#handlers = handlers;
    addEventListener('online', () => this.#source !== null && this.#open());
    addEventListener('offline', () => this.#source !== null && this.#scheduleLost());
  }

  /** True once the connection has been lost for longer than `SHOW_LOST_AFTER`. */
  get lost(): ReadonlySignal<boolean> {
    return this.#lost;
  }

  /**
   * Opens the stream. A list that is loaded after it is open cannot miss an event.
   *
   * @returns resolves when the stream is open, or after `OPEN_WITHIN`; in that case `onReset` follows when it opens
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
    this.#clearLost();
  }

  #open(): void {
    clearTimeout(this.#reopen);
    this.#source?.close();
    const source = new EventSource('/api/events');
    this.#source = source;
    let opened = false;
    source.addEventListener('open', () => {
      // The browser resumes a broken stream where it stopped; a new stream has missed the events in between.
      if ((this.#wasOpen && !opened) || this.#isAwaited) this.#handlers.onReset();
      if (this.#wasOpen) this.#handlers.onReconnected();
      opened = true;
      this.#wasOpen = true;
      this.#isAwaited = false;
      this.#opened();
      this.#clearLost();
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
    this.#scheduleLost();
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#reopen);
    this.#reopen = setTimeout(() => this.#source === source && this.#open(), REOPEN_AFTER);
    this.#handlers.onRefused();
  }

  #scheduleLost(): void {
    this.#lostTimer ??= setTimeout(() => (this.#lost.value = true), SHOW_LOST_AFTER);
  }

  #clearLost(): void {
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    this.#lost.value = false;
  }
}
