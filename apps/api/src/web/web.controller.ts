import { ImageId } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { STORAGE, WEB } from '../tokens.js';
import { chooseCoding } from './accept-encoding.js';
import { imageOriginOf, pagePolicy } from './page-policy.js';
import { INDEX, type WebFiles } from './web-files.js';

/** Vite puts a hash of the content into these names: another content has another name. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
const AN_HOUR = 'public, max-age=3600';

/** The gallery, when this api serves it: its own files take no token, and what it shows it asks for with one. */
@Controller()
@Access('no-token')
export class WebController {
  readonly #files: WebFiles | null;
  readonly #storage: ObjectStorage;
  #policy: string | undefined;

  constructor(@Inject(WEB) files: WebFiles | null, @Inject(STORAGE) storage: ObjectStorage) {
    this.#files = files;
    this.#storage = storage;
  }

  /** The address that `npm start` prints. */
  @Get()
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.#files === null) await reply.redirect('/api/docs', 302);
    else await this.#page(request, reply);
  }

  @Get('images/:id')
  async picture(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    if (!ImageId.safeParse(id).success) throw nothing();
    await this.#page(request, reply);
  }

  @Get('status')
  async status(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#page(request, reply);
  }

  @Get('assets/*')
  async asset(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('*') name: string,
  ): Promise<void> {
    await this.#send(`assets/${name}`, FOR_EVER, request, reply);
  }

  /** What has to lie at the root: icons, the manifest. */
  @Get(':name')
  async file(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<void> {
    if (name === INDEX) throw nothing();
    await this.#send(name, AN_HOUR, request, reply);
  }

  async #page(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#policy ??= pagePolicy(await imageOriginOf(this.#storage));
    reply.headers({ 'content-security-policy': this.#policy, 'referrer-policy': 'same-origin' });
    await this.#send(INDEX, ASK_AGAIN, request, reply);
  }

  async #send(
    name: string,
    cacheControl: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const file = this.#files?.get(name);
    if (file === undefined) throw nothing();
    const coding = chooseCoding(request.headers['accept-encoding'], new Set(file.bodies.keys()));
    // Another coding is another representation, and a strong ETag names the very bytes (RFC 9110 section 8.8.3.3).
    const etag = coding === 'identity' ? file.etag : `${file.etag.slice(0, -1)}-${coding}"`;
    reply.headers({ etag, vary: 'Accept-Encoding', 'cache-control': cacheControl });
    if (request.headers['if-none-match']?.includes(etag) === true) {
      await reply.status(304).send();
      return;
    }
    if (coding !== 'identity') reply.header('content-encoding', coding);
    await reply.type(file.contentType).send(file.bodies.get(coding));
  }
}

function nothing(): Error {
  return doorError('not_found', 'There is nothing at this address.');
}
