import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server on which connections can be cut or refused, and answers be held back. */
export class TcpProxy {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  readonly #way: Way;

  private constructor(port: number, server: Server, pairs: Set<Pair>, way: Way) {
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.#server = server;
    this.#pairs = pairs;
    this.#way = way;
  }

  /**
   * @param target - URL of the server
   * @param ownPort - where it listens; any free port by default
   */
  static async start(target: string, ownPort = 0): Promise<TcpProxy> {
    const pairs = new Set<Pair>();
    const way: Way = { target: new URL(target), isOpen: true, answers: true };
    const server = createServer((client) => {
      client.on('error', () => undefined);
      if (!way.isOpen) {
        client.destroy();
        return;
      }
      const { port, hostname } = way.target;
      join({ client, onward: connect(Number(port), hostname) }, pairs, way);
    });
    server.listen(ownPort, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy((server.address() as AddressInfo).port, server, pairs, way);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Leads new connections to another server. */
  lead(target: string): void {
    this.#way.target = new URL(target);
  }

  /** Cuts every connection and whatever new one there is until `mend`. */
  cut(): void {
    this.#way.isOpen = false;
    this.cutOnce();
  }

  /** Cuts every connection there is; new ones are let through. @returns how many there were */
  cutOnce(): number {
    const pairs = [...this.#pairs];
    for (const { client, onward } of pairs) {
      client.destroy();
      onward.destroy();
    }
    return pairs.length;
  }

  /** Cuts every connection, and nobody listens until `listen`: the system refuses new ones. */
  async refuse(): Promise<void> {
    this.#server.close();
    this.cutOnce();
    await once(this.#server, 'close');
  }

  /** Ends {@link refuse}. */
  async listen(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Lets requests through and nothing back. */
  holdAnswers(): void {
    this.#way.answers = false;
  }

  mend(): void {
    Object.assign(this.#way, { isOpen: true, answers: true });
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

interface Way {
  target: URL;
  isOpen: boolean;
  answers: boolean;
}

interface Pair {
  client: Socket;
  onward: Socket;
}

function join(pair: Pair, pairs: Set<Pair>, way: Way): void {
  const { client, onward } = pair;
  pairs.add(pair);
  onward.on('error', () => undefined);
  client.pipe(onward);
  onward.on('data', (bytes) => {
    // What is held back is lost: the connection is cut before long.
    if (way.answers) client.write(bytes);
  });
  onward.once('end', () => client.end());
  for (const socket of [client, onward]) {
    socket.once('close', () => {
      pairs.delete(pair);
      client.destroy();
      onward.destroy();
    });
  }
}
