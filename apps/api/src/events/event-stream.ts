import type { ServerResponse } from 'node:http';

/** Bytes that may wait for a slow client before its stream ends; it reconnects with `Last-Event-ID`. */
const MAX_BUFFERED = 1024 * 1024;
/** Milliseconds that a client waits before it reconnects. */
const RETRY_MS = 2_000;

/** Writes server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) to one response. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;

  constructor(response: ServerResponse, headers: Record<string, string>) {
    this.#response = response;
    this.#headers = headers;
  }

  /**
   * Answers the request. From here on every change is sent, so a client that loads the list after the stream has opened
   * misses no change.
   */
  open(): void {
    if (this.ended) return;
    this.#response.writeHead(200, {
      ...this.#headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx must not buffer events.
      'x-accel-buffering': 'no',
    });
    this.#response.write(`retry: ${RETRY_MS}\n\n`);
  }

  get ended(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  /** Sends one event. A client that then loses the connection resumes at `id`. */
  event(name: string, data: unknown, id: string): void {
    this.#write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends the position to resume at without an event: an id without data dispatches none (section 9.2.6). */
  position(id: string): void {
    this.#write(`id: ${id}\n\n`);
  }

  comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  end(): void {
    if (this.ended) return;
    // No answer has been sent yet, so break the connection: clients retry then.
    if (this.#response.headersSent) this.#response.end();
    else this.#response.destroy();
  }

  /** Calls the listener when the connection closes, or now if it has already closed: `close` is emitted only once. */
  onClose(listener: () => void): void {
    if (this.#response.destroyed) listener();
    else this.#response.once('close', listener);
  }

  #write(text: string): void {
    if (this.ended || !this.#response.headersSent) return;
    this.#response.write(text);
    if (this.#response.writableLength > MAX_BUFFERED) this.#response.destroy();
  }
}
