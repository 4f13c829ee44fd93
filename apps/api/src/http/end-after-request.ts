import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';

/** Milliseconds that a client has to send the rest of a request that is answered already, as with nginx. */
const LINGER_MS = 30_000;

/**
 * Makes an answer end only when its request has ended. The client can read an early answer at once, because it knows its
 * length, and the rest of the request is dropped. Otherwise Node would close a connection without keep-alive right after
 * the answer. TCP then resets the connection, and the client loses the answer: through nginx, a refused upload would be
 * a 502.
 */
export function endAfterRequest(instance: FastifyInstance): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (!isText || request.raw.complete) {
      done(null, payload);
      return;
    }
    reply.header('content-length', Buffer.byteLength(payload));
    done(null, Readable.from(sendThenDrain(payload, request.raw), { objectMode: false }));
  });
}

async function* sendThenDrain(payload: string | Buffer, request: IncomingMessage) {
  yield payload;
  request.resume();
  // A client that disconnects has read the answer, or does not want it.
  await finished(request, { writable: false, signal: AbortSignal.timeout(LINGER_MS) }).catch(() => undefined);
}
