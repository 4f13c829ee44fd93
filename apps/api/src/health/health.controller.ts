import type { Catalogue } from '@darkroom/catalogue';
import type { ReadyAnswer } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import type { Metrics } from '@darkroom/telemetry';
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { CATALOGUE, METRICS, STORAGE } from '../tokens.js';
import { LameDuck } from './lame-duck.js';
import { within } from './within.js';

/** Milliseconds within which a service must answer. */
const CHECK_MS = 2_000;

@Controller()
@Access('anybody')
export class HealthController {
  readonly #checks: Record<string, () => Promise<void>>;
  readonly #metrics: Metrics;
  readonly #lameDuck: LameDuck;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(METRICS) metrics: Metrics,
    @Inject(LameDuck) lameDuck: LameDuck,
  ) {
    this.#checks = {
      database: () => catalogue.check(),
      broker: () => queue.check(),
      storage: () => storage.check(),
    };
    this.#metrics = metrics;
    this.#lameDuck = lameDuck;
  }

  /** Answers while the process runs. It does not check other services: a restart would not repair them. */
  @Get('healthz')
  @Header('cache-control', 'no-store')
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /**
   * Answers while the process can serve requests.
   *
   * @throws DarkroomError `unavailable` that names each service that does not answer, or reports the shutdown
   */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  async ready(): Promise<ReadyAnswer> {
    if (this.#lameDuck.leaving) throw notReady('this api is shutting down');
    const names = Object.keys(this.#checks);
    const results = await Promise.allSettled(
      Object.values(this.#checks).map((check) => within(check(), CHECK_MS)),
    );
    const down = names.filter((_, index) => results[index]?.status === 'rejected');
    if (down.length > 0) {
      const causes = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      throw notReady(`no answer from ${down.join(', ')}`, {
        cause: new AggregateError(causes),
        errors: down.map((field) => ({ field, message: `${field} does not answer` })),
      });
    }
    return { status: 'ready', checks: Object.fromEntries(names.map((name) => [name, 'up' as const])) };
  }

  @Get('metrics')
  @Access('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, body } = await this.#metrics.render();
    await reply.header('cache-control', 'no-store').type(contentType).send(body);
  }
}

function notReady(why: string, options: Parameters<typeof doorError>[2] = {}): Error {
  return doorError('unavailable', `Not ready: ${why}.`, { ...options, headers: { 'retry-after': '5' } });
}
