import type { Settings } from '@darkroom/config';
import { ImageId } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { checkPreconditions, preconditionFailed } from '../http/preconditions.js';
import { SETTINGS, STORAGE } from '../tokens.js';
import { imageOriginOf, pagePolicy } from './page-policy.js';
import { INDEX, WebFiles } from './web-files.js';

/** Names that a build gives its files: no part begins with a dot, and the compressed copies have no address. */
const FILE = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*(?<!\.br|\.gz)$/;

const NO_CACHE = /(?:^|,)\s*no-cache\s*(?:,|$)/;

/** The gallery, when this api serves it: its own files take no token, and what it shows it asks for with one. */
@Controller()
@Access('no-token')
export class WebController {
  /** Undefined when this api does not serve the gallery. */
  readonly #files: WebFiles | undefined;
  readonly #storage: ObjectStorage;
  #policy: string | undefined;

  constructor(@Inject(SETTINGS) { web }: Settings, @Inject(STORAGE) storage: ObjectStorage) {
    this.#files = web.folder === undefined ? undefined : new WebFiles(web.folder);
    this.#storage = storage;
  }

  /** The address that `npm start` prints. */
  @Get()
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.#files === undefined) await reply.redirect('/api/docs', 302);
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
    await this.#send(`assets/${name}`, request, reply);
  }

  /** What has to lie at the root: icons, the manifest. */
  @Get(':name')
  async file(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<void> {
    if (name === INDEX) throw nothing();
    await this.#send(name, request, reply);
  }

  async #page(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#policy ??= pagePolicy(await imageOriginOf(this.#storage));
    reply.headers({ 'content-security-policy': this.#policy, 'referrer-policy': 'same-origin' });
    await this.#send(INDEX, request, reply);
  }

  async #send(name: string, { headers }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const accepted = headers['accept-encoding'];
    const file = FILE.test(name) ? await this.#files?.find(name, accepted) : undefined;
    if (file === undefined) throw nothing();
    const condition = checkPreconditions(headers, file);
    if (condition === 'failed') throw preconditionFailed();
    reply.headers({
      etag: file.etag,
      'last-modified': file.modifiedAt.toUTCString(),
      'cache-control': file.cacheControl,
      vary: 'Accept-Encoding',
    });
    // A client that wants no cache gets the file in any case.
    if (condition === 'not-modified' && !NO_CACHE.test(headers['cache-control'] ?? '')) {
      await reply.status(304).send();
      return;
    }
    if (file.coding !== undefined) reply.header('content-encoding', file.coding);
    await reply.type(file.type).send(file.bytes);
  }
}

function nothing(): Error {
  return doorError('not_found', 'There is nothing at this address.');
}
