import type { Catalogue } from '@darkroom/catalogue';
import type { Settings } from '@darkroom/config';
import { type SessionAnswer, SessionRequest } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readJson } from '../http/json-body.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { CATALOGUE, SETTINGS } from '../tokens.js';
import { AccessGuard, refuseCrossSite } from './access.guard.js';
import { allScopes, OWNER } from './principal.js';
import { Access } from './public.decorator.js';
import { sessionIdOf, SessionCookie } from './session-cookie.js';

/** Signs browsers in and out. */
@Controller('api/session')
@Access('no-token')
export class SessionController {
  readonly #settings: Settings;
  readonly #catalogue: Catalogue;
  readonly #guard: AccessGuard;
  readonly #cookie: SessionCookie;
  readonly #signIns: TokenBucket;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(AccessGuard) guard: AccessGuard,
    @Inject(SessionCookie) cookie: SessionCookie,
  ) {
    this.#settings = settings;
    this.#catalogue = catalogue;
    this.#guard = guard;
    this.#cookie = cookie;
    this.#signIns = new TokenBucket(settings.rates.signInsPerMinute, settings.rates.signInsPerMinute);
  }

  @Post()
  @HttpCode(204)
  async signIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<void> {
    refuseCrossSite(request, this.#settings.access.origins);
    // Open mode needs no token, so the body is not read.
    if (this.#settings.access.mode === 'open') return;
    const { token } = readJson(SessionRequest, body);
    const wait = this.#signIns.take(request.ip);
    if (wait > 0) {
      throw doorError('rate_limited', `Too many sign-ins from your address. Try again in ${wait} seconds.`, {
        headers: { 'retry-after': String(wait) },
      });
    }
    this.#guard.checkToken(request, token);
    this.#cookie.set(
      request,
      reply,
      await this.#catalogue.sessions.create(OWNER, allScopes, this.#settings.access.sessionSeconds),
    );
  }

  @Get()
  async get(@Req() request: FastifyRequest): Promise<SessionAnswer> {
    const { mode } = this.#settings.access;
    if (mode === 'open') return { access: mode, signedIn: true };
    const sessionId = sessionIdOf(request);
    const session = sessionId === undefined ? null : await this.#catalogue.sessions.find(sessionId);
    return { access: mode, signedIn: session !== null };
  }

  @Delete()
  @HttpCode(204)
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    refuseCrossSite(request, this.#settings.access.origins);
    const sessionId = sessionIdOf(request);
    if (sessionId === undefined) return;
    await this.#catalogue.sessions.end(sessionId);
    this.#cookie.clear(request, reply);
  }
}
