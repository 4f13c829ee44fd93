import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Milliseconds without a request after which nobody is taken to send any more: a gateway looks once a second. */
const QUIET_MS = 3_000;
/** What looks after the process, and asks on to its end. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * The time between the signal to end and the closed door, in which the api serves as ever but says that it is not
 * ready: whoever shares requests out has turned to others by the time a connection would be refused.
 */
@Injectable()
export class LameDuck {
  #leaving = false;
  #lastRequest = 0;

  get leaving(): boolean {
    return this.#leaving;
  }

  /** Notices every request but those of probes. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, _reply, done) => {
      if (!PROBES.has(request.routeOptions.url ?? '')) this.#lastRequest = performance.now();
      done();
    });
  }

  /**
   * From now on the api is not ready.
   *
   * @param seconds - the longest that it goes on serving; 0: not at all
   * @returns once no request has come for three seconds, or the time is up
   */
  async leave(seconds: number): Promise<void> {
    this.#leaving = true;
    const start = performance.now();
    const end = start + seconds * 1000;
    for (;;) {
      const now = performance.now();
      const left = Math.min(end, Math.max(start, this.#lastRequest) + QUIET_MS) - now;
      if (left <= 0) return;
      await pause(left);
    }
  }
}
