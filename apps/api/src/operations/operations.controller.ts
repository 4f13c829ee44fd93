import type { Catalogue } from '@darkroom/catalogue';
import type { OperationsAnswer } from '@darkroom/contracts';
import { isDarkroomError } from '@darkroom/errors';
import { JOB_QUEUE, type JobDepth, type JobQueue } from '@darkroom/queue';
import type { ObjectStorage } from '@darkroom/storage';
import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { subjectOf } from '../access/subject-of.js';
import { CATALOGUE, STORAGE } from '../tokens.js';
import { KeptReadings } from './kept-readings.js';

type Reading<Field extends keyof OperationsAnswer> = KeptReadings<OperationsAnswer[Field]>;

/**
 * The state of the platform. Each part is read and cached separately, because their costs differ: the parts that count
 * every row get slower with more rows, and are then read less often.
 */
@Controller('api/operations')
export class OperationsController {
  readonly #storageKind: ObjectStorage['kind'];
  readonly #queue: KeptReadings<JobDepth[]>;
  readonly #workers: Reading<'workers'>;
  readonly #images: Reading<'images'>;
  readonly #readyPerMinute: Reading<'readyPerMinute'>;
  readonly #failures: Reading<'failures'>;
  readonly #stored: KeptReadings<Omit<OperationsAnswer['storage'], 'kind'>>;

  constructor(
    @Inject(CATALOGUE) { operations, workers }: Catalogue,
    @Inject(JOB_QUEUE) queue: JobQueue,
    @Inject(STORAGE) storage: ObjectStorage,
  ) {
    this.#storageKind = storage.kind;
    this.#queue = new KeptReadings(() => queue.depths());
    this.#workers = new KeptReadings(async () =>
      (await workers.alive()).map(({ startedAt, seenAt, ...worker }) => ({
        ...worker,
        since: startedAt.toISOString(),
        seenAt: seenAt.toISOString(),
      })),
    );
    this.#images = new KeptReadings((owner) => operations.statuses(owner));
    this.#readyPerMinute = new KeptReadings((owner) => operations.readyPerMinute(owner));
    this.#failures = new KeptReadings((owner) => operations.failures(owner));
    this.#stored = new KeptReadings((owner) => operations.storage(owner));
  }

  @Get()
  @Header('cache-control', 'no-store')
  async now(@Req() request: FastifyRequest): Promise<OperationsAnswer> {
    const owner = subjectOf(request);
    const [queue, workers, images, readyPerMinute, failures, stored] = await Promise.all([
      this.#queue.get('').catch(nullWhenUnavailable),
      this.#workers.get(''),
      this.#images.get(owner),
      this.#readyPerMinute.get(owner),
      this.#failures.get(owner),
      this.#stored.get(owner),
    ]);
    const at = new Date().toISOString();
    const storage = { kind: this.#storageKind, ...stored };
    return { at, queue, images, readyPerMinute, failures, workers, storage };
  }
}

/** The status page must also work, and show it, when the broker is down. */
function nullWhenUnavailable(error: unknown): null {
  if (isDarkroomError(error, 'unavailable')) return null;
  throw error;
}
