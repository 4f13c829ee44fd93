import type { ServerResponse } from 'node:http';

/** Bytes that may wait for a slow client before its stream is ended; it comes back with `Last-Event-ID`. */
const MAX_BUFFERED = 1024 * 1024;
/** Milliseconds a client waits before it connects again. */
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
   * Answers the request: from here on every change is told. A client that loads the list after it has seen the stream
   * open misses nothing between the two.
   */
  open(): void {
    if (this.ended) return;
    this.#response.writeHead(200, {
      ...this.#headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx must not hold events back.
      'x-accel-buffering': 'no',
    });
    this.#response.write(`retry: ${RETRY_MS}\n\n`);
  }

  get ended(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  /** Sends one event; `id` is where a client that loses the connection now resumes. */
  event(name: string, data: unknown, id: string): void {
    this.#write(`event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Says where to resume without telling anything: an id without data dispatches no event (section 9.2.6). */
  position(id: string): void {
    this.#write(`id: ${id}\n\n`);
  }

  comment(text: string): void {
    this.#write(`: ${text}\n\n`);
  }

  end(): void {
    if (this.ended) return;
    // Nothing was answered yet: a connection that breaks is one that a client tries again.
    if (this.#response.headersSent) this.#response.end();
    else this.#response.destroy();
  }

  /** Calls the listener once the connection is gone, at once when it has gone already: nobody tells it twice. */
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
