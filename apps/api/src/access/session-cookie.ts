import type { Catalogue, Session } from '@darkroom/catalogue';
import type { Settings } from '@darkroom/config';
import { Inject, Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CATALOGUE, SETTINGS } from '../tokens.js';

const SESSION_COOKIE = 'darkroom_session';

/** The session id in the cookie of a request, if there is a well-formed one. */
export function sessionIdOf(request: FastifyRequest): string | undefined {
  const value = parseCookie(request.headers.cookie ?? '')[SESSION_COOKIE];
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** Sets and clears the session cookie. */
@Injectable()
export class SessionCookie {
  readonly #seconds: number;
  readonly #catalogue: Catalogue;

  constructor(@Inject(SETTINGS) settings: Settings, @Inject(CATALOGUE) catalogue: Catalogue) {
    this.#seconds = settings.access.sessionSeconds;
    this.#catalogue = catalogue;
  }

  set(request: FastifyRequest, reply: FastifyReply, sessionId: string): void {
    this.#write(request, reply, sessionId, this.#seconds);
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    this.#write(request, reply, '', 0);
  }

  /** Extends a session in use, at most once per hundredth of its lifetime, so that most requests write nothing. */
  async slide(
    request: FastifyRequest,
    reply: FastifyReply,
    sessionId: string,
    session: Session,
  ): Promise<void> {
    const used = this.#seconds - (session.expiresAt.getTime() - Date.now()) / 1000;
    if (used < this.#seconds / 100) return;
    if (await this.#catalogue.sessions.prolong(sessionId, this.#seconds)) this.set(request, reply, sessionId);
  }

  #write(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number): void {
    // Behind a trusted proxy that terminates TLS, `protocol` is https too.
    const secure = request.protocol === 'https';
    reply.header(
      'set-cookie',
      stringifySetCookie({
        name: SESSION_COOKIE,
        value,
        httpOnly: true,
        sameSite: 'strict',
        path: '/',
        secure,
        maxAge,
      }),
    );
  }
}
