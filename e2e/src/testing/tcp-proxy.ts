import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy for a server that can cut or refuse connections and hold back answers. */
export class TcpProxy {
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  readonly #state: State;

  private constructor(port: number, server: Server, pairs: Set<Pair>, state: State) {
    this.url = `http://127.0.0.1:${port}`;
    this.port = port;
    this.#server = server;
    this.#pairs = pairs;
    this.#state = state;
  }

  /**
   * @param target - URL of the server
   * @param ownPort - the port to listen on; any free port by default
   */
  static async start(target: string, ownPort = 0): Promise<TcpProxy> {
    const pairs = new Set<Pair>();
    const state: State = { target: new URL(target), isOpen: true, answers: true };
    const server = createServer((client) => {
      client.on('error', () => undefined);
      if (!state.isOpen) {
        client.destroy();
        return;
      }
      const { port, hostname } = state.target;
      join({ client, onward: connect(Number(port), hostname) }, pairs, state);
    });
    server.listen(ownPort, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy((server.address() as AddressInfo).port, server, pairs, state);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Sends new connections to another server. */
  redirect(target: string): void {
    this.#state.target = new URL(target);
  }

  /** Cuts every connection, and every new one until `mend`. */
  cut(): void {
    this.#state.isOpen = false;
    this.cutOnce();
  }

  /** Cuts all open connections; new ones are allowed. @returns how many were cut */
  cutOnce(): number {
    const pairs = [...this.#pairs];
    for (const { client, onward } of pairs) {
      client.destroy();
      onward.destroy();
    }
    return pairs.length;
  }

  /** Cuts every connection and stops listening until `listen`, so that the system refuses new ones. */
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

  /** Lets requests through and holds back all answers. */
  holdAnswers(): void {
    this.#state.answers = false;
  }

  mend(): void {
    Object.assign(this.#state, { isOpen: true, answers: true });
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

interface State {
  target: URL;
  isOpen: boolean;
  answers: boolean;
}

interface Pair {
  client: Socket;
  onward: Socket;
}

function join(pair: Pair, pairs: Set<Pair>, state: State): void {
  const { client, onward } = pair;
  pairs.add(pair);
  onward.on('error', () => undefined);
  client.pipe(onward);
  onward.on('data', (bytes) => {
    // Held answers are dropped: the connection is cut soon after.
    if (state.answers) client.write(bytes);
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
