import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WorkerSettings } from '@darkroom/config';
import { bearerToken, isLocalRequest } from '@darkroom/platform';
import type { Logger, Metrics } from '@darkroom/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, METRICS, SETTINGS } from '../tokens.js';
import { Readiness } from './readiness.js';

/**
 * Serves a worker's health and metrics to its operator. The metrics are for programs of this machine, and for callers
 * with DARKROOM_METRICS_TOKEN: a worker does not know the token of the api.
 */
@Injectable()
export class HealthServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #settings: WorkerSettings;
  readonly #readiness: Readiness;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #server: Server;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(Readiness) readiness: Readiness,
    @Inject(LOGGER) logger: Logger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#settings = settings;
    this.#readiness = readiness;
    this.#logger = logger;
    this.#metrics = metrics;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#logger.error({ err: error }, 'a health request failed');
        response.destroy();
      });
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { host, port } = this.#settings.worker;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    this.#logger.info({ address: this.#server.address() }, 'worker is ready');
  }

  async onApplicationShutdown(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (request.url) {
      case '/healthz':
        return send(response, 200, 'application/json', JSON.stringify({ status: 'alive' }));
      case '/readyz':
        return this.#ready(response);
      case '/metrics':
        return this.#sendMetrics(request, response);
      default:
        return send(response, 404, 'application/json', JSON.stringify({ status: 'not_found' }));
    }
  }

  async #sendMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = this.#settings.metrics;
    const isKnown = token?.matches(bearerToken(request.headers.authorization)) === true;
    if (!isKnown && !isLocalRequest(request)) {
      response.setHeader('www-authenticate', 'Bearer');
      send(response, 401, 'application/json', JSON.stringify({ status: 'unauthorized' }));
      return;
    }
    const { contentType, body } = await this.#metrics.render();
    send(response, 200, contentType, body);
  }

  async #ready(response: ServerResponse): Promise<void> {
    const report = await this.#readiness.check();
    send(response, report.status === 'ready' ? 200 : 503, 'application/json', JSON.stringify(report));
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
