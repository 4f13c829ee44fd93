import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server on which connections can be cut, and answers be held back. */
export class TcpProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  readonly #way: Way;

  private constructor(url: string, server: Server, pairs: Set<Pair>, way: Way) {
    this.url = url;
    this.#server = server;
    this.#pairs = pairs;
    this.#way = way;
  }

  /** @param target - URL of the server */
  static async start(target: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(target);
    const pairs = new Set<Pair>();
    const way: Way = { isOpen: true, answers: true };
    const server = createServer((client) => {
      client.on('error', () => undefined);
      if (!way.isOpen) {
        client.destroy();
        return;
      }
      join({ client, onward: connect(Number(port), hostname) }, pairs, way);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = (server.address() as AddressInfo).port;
    return new TcpProxy(`http://127.0.0.1:${own}`, server, pairs, way);
  }

  /** Cuts every connection and refuses new ones until `mend`. */
  cut(): void {
    this.#way.isOpen = false;
    for (const { client, onward } of this.#pairs) {
      client.destroy();
      onward.destroy();
    }
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
    this.#server.close();
    await once(this.#server, 'close');
  }
}

interface Way {
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
