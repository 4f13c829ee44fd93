import type { Catalogue } from '@darkroom/catalogue';
import type { Metrics } from '@darkroom/telemetry';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../access/subject-of.js';
import type { ProblemLogger } from '../http/problem.js';
import { validateId } from '../http/validate.js';
import { ImageLinks } from '../images/image-links.js';
import { CATALOGUE, LOGGER, METRICS } from '../tokens.js';
import { ChangeHub } from './change-hub.js';
import { EventSession, type EventSessionParts } from './event-session.js';
import { EventStream } from './event-stream.js';

/** Sends changes as server-sent events. */
@Controller('api')
export class EventsController {
  readonly #parts: EventSessionParts;
  readonly #metrics: Metrics;

  constructor(
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(ChangeHub) hub: ChangeHub,
    @Inject(ImageLinks) links: ImageLinks,
    @Inject(LOGGER) logger: ProblemLogger,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#parts = { catalogue, hub, links, logger };
    this.#metrics = metrics;
  }

  @Get('events')
  async all(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#open(request, reply, undefined);
  }

  @Get('images/:id/events')
  async one(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const image = await this.#parts.catalogue.images.get(principalOf(request).subject, validateId(id));
    await this.#open(request, reply, image.id);
  }

  async #open(request: FastifyRequest, reply: FastifyReply, imageId: string | undefined): Promise<void> {
    const principal = principalOf(request);
    const lastEventId = request.headers['last-event-id'];
    if (request.method === 'HEAD') {
      await reply.type('text/event-stream; charset=utf-8').send();
      return;
    }
    const headers = reply.getHeaders() as Record<string, string>;
    reply.hijack();
    const stream = new EventStream(reply.raw, headers);
    stream.onClose(this.#metrics.eventStreamOpened());
    // An empty id means that the client has none (HTML standard, section 9.2.4).
    await new EventSession(this.#parts, stream, {
      principal,
      imageId,
      lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
    }).start();
  }
}
