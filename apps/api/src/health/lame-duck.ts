import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Milliseconds without a request after which no more requests are expected: a gateway checks once a second. */
const QUIET_MS = 3_000;
/** Routes of probes, which continue until the process ends. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * The time between the shutdown signal and the closed port. The api still serves requests but reports that it is not
 * ready, so that load balancers use other apis before this one refuses connections.
 */
@Injectable()
export class LameDuck {
  #leaving = false;
  #lastRequest = 0;

  get leaving(): boolean {
    return this.#leaving;
  }

  /** Records the time of every request, except those of probes. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onRequest', (request, _reply, done) => {
      if (!PROBES.has(request.routeOptions.url ?? '')) this.#lastRequest = performance.now();
      done();
    });
  }

  /**
   * Reports the api as not ready from now on.
   *
   * @param seconds - maximum time to continue to serve requests; 0 means none
   * @returns when no request has arrived for three seconds, or when the time is up
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
