import { type Catalogue } from '@darkroom/catalogue';
import type { Settings } from '@darkroom/config';
import { doorError } from '@darkroom/errors';
import { bearerToken, isLocalRequest } from '@darkroom/platform';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CATALOGUE, SETTINGS } from '../tokens.js';
import { isCrossSite, isKnownHost } from './cross-site.js';
import { FailedTries } from './failed-tries.js';
import { allScopes, OWNER, type Principal, type Scope } from './principal.js';
import { ACCESS, type AccessRule } from './public.decorator.js';
import { sessionIdOf, SessionCookie } from './session-cookie.js';

/** The only place that turns a request into a `Principal`, or refuses it. */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #settings: Settings;
  readonly #catalogue: Catalogue;
  readonly #reflector: Reflector;
  readonly #tries: FailedTries;
  readonly #cookie: SessionCookie;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CATALOGUE) catalogue: Catalogue,
    @Inject(Reflector) reflector: Reflector,
    @Inject(FailedTries) tries: FailedTries,
    @Inject(SessionCookie) cookie: SessionCookie,
  ) {
    this.#settings = settings;
    this.#catalogue = catalogue;
    this.#reflector = reflector;
    this.#tries = tries;
    this.#cookie = cookie;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.#reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (rule === 'anybody') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (rule === 'metrics') return this.#mayReadMetrics(request);
    this.#refuseOtherSites(request);
    if (rule === 'no-token') return true;
    const principal = await this.#identify(request, http.getResponse<FastifyReply>());
    const needed: Scope =
      request.method === 'GET' || request.method === 'HEAD' ? 'images:read' : 'images:write';
    if (!principal.scopes.includes(needed))
      throw doorError('forbidden', `This call needs the scope ${needed}.`);
    request.principal = principal;
    return true;
  }

  /**
   * The metrics are for programs of this machine, and for callers with a token: the api's, or the one for metrics only.
   * Open mode opens them to no one else, because other containers or machines may reach the address.
   */
  #mayReadMetrics(request: FastifyRequest): true {
    if (isLocalRequest(request.raw)) return true;
    const { access, metrics } = this.#settings;
    const given = bearerToken(request.headers.authorization);
    if (given !== '' && metrics.token?.matches(given) === true) return true;
    if (given === '' || access.mode === 'open') {
      throw unauthorized(
        'Send DARKROOM_METRICS_TOKEN as "Authorization: Bearer …": without it, the metrics can be read only on a loopback address.',
      );
    }
    this.checkToken(request, given);
    return true;
  }

  /** Open mode is for the user of this machine only, whose browser also visits other sites. */
  #refuseOtherSites(request: FastifyRequest): void {
    const { access } = this.#settings;
    if (access.mode !== 'open') return;
    if (!isKnownHost(request, access.origins)) {
      throw doorError(
        'forbidden',
        'Open Darkroom under localhost, or add this address to DARKROOM_ORIGIN: in open mode it answers under no other name.',
      );
    }
    refuseCrossSite(request, access.origins);
  }

  async #identify(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const { access } = this.#settings;
    if (access.mode === 'open') return { subject: OWNER, scopes: allScopes };
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      this.checkToken(request, bearerToken(authorization));
      return { subject: OWNER, scopes: allScopes };
    }
    return this.#fromSession(request, reply);
  }

  async #fromSession(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const sessionId = sessionIdOf(request);
    const session = sessionId === undefined ? null : await this.#catalogue.sessions.find(sessionId);
    if (sessionId === undefined || session === null)
      throw unauthorized('Sign in first, or send the token as "Authorization: Bearer …".');
    refuseCrossSite(request, this.#settings.access.origins);
    await this.#cookie.slide(request, reply, sessionId, session);
    // Sign-in wrote these scopes.
    return { subject: session.owner, scopes: session.scopes as Scope[], sessionId };
  }

  /**
   * Compares a token in constant time and throttles failed tries per address.
   *
   * @throws DarkroomError `unauthorized`; `rate_limited` while the address must wait
   */
  checkToken(request: FastifyRequest, given: string): void {
    const { access } = this.#settings;
    if (access.mode === 'open') return;
    const wait = this.#tries.waitSeconds(request.ip);
    if (wait > 0) {
      throw doorError(
        'rate_limited',
        `Too many wrong tokens from your address. Try again in ${wait} seconds.`,
        {
          headers: { 'retry-after': String(wait) },
        },
      );
    }
    if (access.token.matches(given)) {
      this.#tries.succeeded(request.ip);
      return;
    }
    this.#tries.failed(request.ip);
    throw unauthorized('The token is wrong.');
  }
}

/** @throws DarkroomError `forbidden` */
export function refuseCrossSite(request: FastifyRequest, origins: readonly string[]): void {
  if (isCrossSite(request, origins)) {
    throw doorError(
      'forbidden',
      'The request comes from a page of another site. DARKROOM_ORIGIN lists the accepted sites.',
    );
  }
}

function unauthorized(message: string): Error {
  return doorError('unauthorized', message, { headers: { 'www-authenticate': 'Bearer' } });
}
