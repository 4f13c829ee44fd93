import { connect, type Socket } from 'node:net';

/** The result of one request. */
export interface Outcome {
  status: number;
  /** Size of the body. */
  bytes: number;
  milliseconds: number;
}

export interface ConnectionTarget {
  host: string;
  port: number;
  /** The raw bytes of the request. */
  request: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** One HTTP/1.1 connection that repeats the same request. It parses as little as possible, to use little CPU. */
export class LoadConnection {
  readonly #target: ConnectionTarget;
  #socket: Socket | undefined;
  #head: Buffer = Buffer.alloc(0);
  #left = 0;
  #status = 0;
  #bytes = 0;
  #closes = false;
  #sentAt = 0;
  #answered = Promise.withResolvers<Outcome>();

  constructor(target: ConnectionTarget) {
    this.#target = target;
  }

  /** @throws Error of the system when the connection is refused */
  async open(): Promise<void> {
    const socket = connect({ host: this.#target.host, port: this.#target.port, noDelay: true });
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.on('error', (error) => this.#answered.reject(error));
    socket.on('close', () =>
      this.#answered.reject(new Error('the connection ended before the answer was complete')),
    );
    socket.on('data', (chunk) => this.#read(chunk));
  }

  /** Sends the request once. @throws Error when the answer is incomplete */
  async ask(): Promise<Outcome> {
    if (this.#socket === undefined) await this.open();
    this.#answered = Promise.withResolvers();
    this.#head = Buffer.alloc(0);
    this.#left = 0;
    this.#sentAt = performance.now();
    this.#socket?.write(this.#target.request);
    const outcome = await this.#answered.promise;
    if (this.#closes) this.close();
    return outcome;
  }

  close(): void {
    this.#answered.promise.catch(() => undefined);
    this.#socket?.removeAllListeners('data').destroy();
    this.#socket = undefined;
  }

  #read(chunk: Buffer): void {
    if (this.#left === 0) this.#readHead(chunk);
    else this.#readBody(chunk.length);
  }

  #readHead(chunk: Buffer): void {
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#head.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#closes = /\r\nconnection: close/i.test(head);
    this.#bytes = this.#status === 304 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    this.#left = this.#bytes;
    if (Number.isNaN(this.#left)) this.#answered.reject(new Error('an answer had no Content-Length'));
    else this.#readBody(this.#head.length - end - HEAD_END.length);
  }

  #readBody(length: number): void {
    this.#left -= length;
    if (this.#left > 0) return;
    const milliseconds = performance.now() - this.#sentAt;
    this.#answered.resolve({ status: this.#status, bytes: this.#bytes, milliseconds });
  }
}
