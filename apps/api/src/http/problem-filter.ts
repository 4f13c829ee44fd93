import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemLogger, sendProblem } from './problem.js';

/** Maps every error that leaves a handler to problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: ProblemLogger;

  constructor(logger: ProblemLogger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.#logger);
  }
}
