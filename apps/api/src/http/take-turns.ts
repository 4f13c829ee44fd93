import type { FastifyInstance } from 'fastify';

/** Requests handled between two looks at the network: a few milliseconds of work. */
const PER_TURN = 32;
/** Looks at the network in a row, as long as each brings a new connection. */
const MOST_LOOKS = 256;

/**
 * Handles requests in the order of their arrival, a few per turn of the event loop.
 *
 * Node accepts one connection per turn (libuv, pull request 3696), but handles all requests that have arrived. In a
 * crowd, a turn would take a quarter of a second, and a new connection would wait for many of them. So requests wait in
 * a queue, turns are short, and as long as connections are waiting, the next turns accept them first.
 */
export function takeTurns(instance: FastifyInstance): void {
  const waiting: (() => void)[] = [];
  let scheduled = false;
  let looks = 0;
  let accepted = false;
  instance.server.on('connection', () => {
    accepted = true;
  });
  const schedule = (): void => {
    scheduled = true;
    setImmediate(turn);
  };
  const turn = (): void => {
    scheduled = false;
    if (accepted && looks < MOST_LOOKS) {
      accepted = false;
      looks += 1;
      return schedule();
    }
    looks = 0;
    for (const handle of waiting.splice(0, PER_TURN)) handle();
    if (waiting.length > 0) schedule();
  };
  instance.addHook('onRequest', (_request, _reply, done) => {
    waiting.push(done);
    if (!scheduled) schedule();
  });
}
