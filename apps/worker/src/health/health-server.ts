import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WorkerSettings } from '@darkroom/config';
import type { Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PLATFORM, SETTINGS } from '../tokens.js';

/** Health and metrics of a worker, for whoever runs it; never reachable from outside. */
@Injectable()
export class HealthServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #settings: WorkerSettings;
  readonly #platform: Platform;
  readonly #queue: JobQueue;
  readonly #server: Server;

  constructor(
    @Inject(SETTINGS) settings: WorkerSettings,
    @Inject(PLATFORM) platform: Platform,
    @Inject(JOB_QUEUE) queue: JobQueue,
  ) {
    this.#settings = settings;
    this.#platform = platform;
    this.#queue = queue;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#platform.logger.error({ err: error }, 'a health request failed');
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
    this.#platform.logger.info({ address: this.#server.address() }, 'worker is ready');
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
      case '/metrics': {
        const { contentType, body } = await this.#platform.metrics.render();
        return send(response, 200, contentType, body);
      }
      default:
        return send(response, 404, 'application/json', JSON.stringify({ status: 'not_found' }));
    }
  }

  async #ready(response: ServerResponse): Promise<void> {
    const checks = {
      database: this.#platform.catalogue.check(),
      broker: this.#queue.check(),
      storage: this.#platform.storage.check(),
    };
    const results = await Promise.allSettled(Object.values(checks));
    const states = Object.keys(checks).map((name, index) => [
      name,
      results[index]?.status === 'fulfilled' ? 'up' : 'down',
    ]);
    const ready = states.every(([, state]) => state === 'up');
    const body = {
      status: ready ? 'ready' : 'unavailable',
      checks: Object.fromEntries(states) as Record<string, string>,
    };
    send(response, ready ? 200 : 503, 'application/json', JSON.stringify(body));
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
