import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes HTTP byte for byte. */
export interface RawRequest {
  socket: Socket;
  write(bytes: string | Buffer): Promise<void>;
  /** Waits until the response so far matches. */
  until(pattern: RegExp): Promise<string>;
  /** The whole response, when the server has ended the connection. */
  rest(): Promise<string>;
}

export async function rawRequest(port: number): Promise<RawRequest> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (text += chunk));
  // The server may cut the connection.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    until: async (pattern) => {
      while (!pattern.test(text)) {
        if (socket.readableEnded || socket.destroyed) throw new Error(`the connection ended after ${text}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close'), once(socket, 'end')]);
      }
      return text;
    },
    rest: async () => {
      if (!socket.readableEnded && !socket.destroyed)
        await Promise.race([once(socket, 'end'), once(socket, 'close')]);
      socket.destroy();
      return text;
    },
  };
}
