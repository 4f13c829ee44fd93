import { doorError } from '@darkroom/errors';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Characters of a header that an answer repeats. */
const SHOWN = 100;

/**
 * Refuses compressed bodies on every route, once the caller is known: pictures are compressed already, and a small body
 * can expand to any size. RFC 9110 section 15.5.16 has the answer name what is accepted.
 */
@Injectable()
export class EncodedBodies implements NestInterceptor {
  /** @throws DarkroomError `unsupported_media_type` that names the encoding */
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const encoding = headers['content-encoding'] ?? 'identity';
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (!hasBody || /^\s*(identity)?\s*$/i.test(encoding)) return next.handle();
    throw doorError(
      'unsupported_media_type',
      `Content-Encoding ${encoding.slice(0, SHOWN)} is not supported. Send the body unencoded.`,
      { headers: { 'accept-encoding': 'identity' } },
    );
  }
}
