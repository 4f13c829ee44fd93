import helmet from '@fastify/helmet';
import type { Settings } from '@darkroom/config';
import type { Platform } from '@darkroom/platform';
import { JOB_QUEUE, type JobQueue } from '@darkroom/queue';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiModule } from './api.module.js';
import { LameDuck } from './health/lame-duck.js';
import { answerClientError } from './http/client-error.js';
import { closeConnections } from './http/close-connections.js';
import { endAfterRequest } from './http/end-after-request.js';
import { registerBodyParsers } from './http/json-body.js';
import { sendProblem } from './http/problem.js';
import { ProblemFilter } from './http/problem-filter.js';
import { logRequests, requestIdOf } from './http/request-log.js';
import { createServerInTurns } from './http/server-in-turns.js';

/** Only the docs and the gallery answer with pages; they loosen this policy. */
const CONTENT_POLICY = {
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};

/** Builds the api on an open platform. It does not listen yet. */
export async function createApi(
  settings: Settings,
  platform: Platform,
  version: string,
): Promise<NestFastifyApplication> {
  const { logger, metrics } = platform;
  const adapter = new FastifyAdapter({
    genReqId: requestIdOf,
    trustProxy: settings.access.trustedProxies.length === 0 ? false : [...settings.access.trustedProxies],
    forceCloseConnections: 'idle',
    // Answers requests that arrive on an open connection during shutdown, so that replacing an api drops no request.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2_000 },
    multipart: false,
    serverFactory: createServerInTurns,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, logger),
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.with({ settings, platform, version }),
    adapter,
    { bodyParser: false, logger: platform.nestLogger, abortOnError: false },
  );
  const instance = adapter.getInstance();
  registerBodyParsers(instance);
  closeConnections(instance);
  endAfterRequest(instance);
  logRequests(instance, logger, metrics);
  app.get(LameDuck).watch(instance);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY },
    crossOriginEmbedderPolicy: false,
    // Browsers apply it only behind TLS. Sibling hosts may not use TLS.
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  const queue = app.get<JobQueue>(JOB_QUEUE);
  metrics.watchQueue(async () => ({ ...(await queue.counts()) }));
  return app;
}
