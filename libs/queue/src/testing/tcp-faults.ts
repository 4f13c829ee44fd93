import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { QueueFixture } from './queue-fixture.js';

/** An address where no server listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server that accepts connections and never answers. */
export async function silentPort(fixture: QueueFixture): Promise<number> {
  return listen(fixture, () => undefined);
}

/** A proxy to the broker that can go silent without closing, as a network can. */
export async function freezableProxy(fixture: QueueFixture) {
  const sockets: Socket[] = [];
  let target: URL;
  const port = await listen(fixture, (socket) => {
    const onward = connect(Number(target.port), target.hostname).on('error', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    sockets.push(socket, onward);
    fixture.onDispose(async () => onward.destroy());
  });
  return {
    urlOf: (url: string) => {
      target = new URL(url);
      return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port) }).href;
    },
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

/**
 * A proxy that holds the broker's bytes until the client has ended its side, and then delivers them in one piece, with
 * those by which the broker answers that end.
 */
export async function holdingProxy(fixture: QueueFixture, target: string) {
  const { port: brokerPort, hostname: host } = new URL(target);
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const port = await listen(
    fixture,
    (socket) => {
      const chunks: Buffer[] = [];
      const onward = connect({ port: Number(brokerPort), host, allowHalfOpen: true });
      onward.on('error', () => socket.destroy());
      onward.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        hold();
      });
      onward.on('end', () => socket.end(Buffer.concat(chunks)));
      socket.pipe(onward);
      fixture.onDispose(async () => onward.destroy());
    },
    true,
  );
  const url = Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href;
  return { url, held };
}

/** @param allowHalfOpen - whether a socket stays open for writing after the client has ended its side */
async function listen(
  fixture: QueueFixture,
  onConnection: (socket: Socket) => void,
  allowHalfOpen = false,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  fixture.onDispose(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
