import { connect, type Socket } from 'node:net';
import { withTimeout } from '@darkroom/testing';
import type { TestApi } from './start-api.js';

export interface ServerEvent {
  name: string;
  id: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events one after the other, like a browser. */
export class EventClient {
  readonly socket: Socket;
  #text = '';
  #ended = false;
  #head = '';
  #woken = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#wake();
    });
    socket.on('error', () => undefined);
    for (const end of ['end', 'close']) {
      socket.on(end, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  /** Opens a stream and waits for the headers of the response. */
  static async open(
    api: TestApi,
    path = '/api/events',
    headers: Record<string, string> = {},
  ): Promise<EventClient> {
    const client = new EventClient(connect(api.port, '127.0.0.1'));
    const lines = Object.entries({ host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    // HTTP/1.0, so that the response is not chunked and ends with the connection.
    client.socket.write(`GET ${path} HTTP/1.0\r\n${lines.join('')}\r\n`);
    client.#head = await client.#take('\r\n\r\n');
    return client;
  }

  get head(): string {
    return this.#head;
  }

  /** The next event; comments and `retry` are skipped. @throws Error if the stream ends first */
  async next(): Promise<ServerEvent> {
    for (;;) {
      const block = await this.#take('\n\n');
      const field = (name: string): string | undefined =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const name = field('event');
      if (name === undefined) continue;
      return {
        name,
        id: field('id') ?? '',
        data: JSON.parse(field('data') ?? '') as Record<string, unknown>,
      };
    }
  }

  /** The next position to resume at that arrives without an event. */
  async position(): Promise<string> {
    for (;;) {
      const block = await this.#take('\n\n');
      if (/^id: \d+$/.test(block)) return block.slice('id: '.length);
    }
  }

  /** The next event of this image with this status. */
  async until(id: string, status: string): Promise<ServerEvent> {
    for (;;) {
      const event = await this.next();
      if (event.data['id'] === id && event.data['status'] === status) return event;
    }
  }

  /** Waits until the server has ended the stream. @returns the unread rest */
  async end(): Promise<string> {
    while (!this.#ended) await withTimeout(this.#woken.promise, 20_000, 'the stream did not end');
    return this.#text;
  }

  close(): void {
    this.socket.destroy();
  }

  async #take(separator: string): Promise<string> {
    for (;;) {
      const at = this.#text.indexOf(separator);
      if (at >= 0) {
        const block = this.#text.slice(0, at);
        this.#text = this.#text.slice(at + separator.length);
        return block;
      }
      if (this.#ended) throw new Error(`the stream ended; unread: ${JSON.stringify(this.#text)}`);
      await withTimeout(this.#woken.promise, 20_000, `no event; unread: ${JSON.stringify(this.#text)}`);
    }
  }

  #wake(): void {
    this.#woken.resolve();
    this.#woken = Promise.withResolvers();
  }
}
