import type { Settings } from '@darkroom/config';
import { ImageId } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import type { ObjectStorage } from '@darkroom/storage';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { SETTINGS, STORAGE } from '../tokens.js';
import { imageOriginOf, pagePolicy } from './page-policy.js';
import { INDEX } from './serve-web-folder.js';

/** Names that a build gives its files: no part begins with a dot, and the compressed copies have no address. */
const FILE = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*(?<!\.br|\.gz)$/;

/** The gallery, when this api serves it: its own files take no token, and what it shows it asks for with one. */
@Controller()
@Access('no-token')
export class WebController {
  readonly #isServed: boolean;
  readonly #storage: ObjectStorage;
  #policy: string | undefined;

  constructor(@Inject(SETTINGS) { web }: Settings, @Inject(STORAGE) storage: ObjectStorage) {
    this.#isServed = web.folder !== undefined;
    this.#storage = storage;
  }

  /** The address that `npm start` prints. */
  @Get()
  async home(@Res() reply: FastifyReply): Promise<void> {
    if (this.#isServed) await this.#page(reply);
    else await reply.redirect('/api/docs', 302);
  }

  @Get('images/:id')
  async picture(@Res() reply: FastifyReply, @Param('id') id: string): Promise<void> {
    if (!ImageId.safeParse(id).success) throw nothing();
    await this.#page(reply);
  }

  @Get('status')
  async status(@Res() reply: FastifyReply): Promise<void> {
    await this.#page(reply);
  }

  @Get('assets/*')
  async asset(@Res() reply: FastifyReply, @Param('*') name: string): Promise<void> {
    await this.#send(`assets/${name}`, reply);
  }

  /** What has to lie at the root: icons, the manifest. */
  @Get(':name')
  async file(@Res() reply: FastifyReply, @Param('name') name: string): Promise<void> {
    if (name === INDEX) throw nothing();
    await this.#send(name, reply);
  }

  async #page(reply: FastifyReply): Promise<void> {
    this.#policy ??= pagePolicy(await imageOriginOf(this.#storage));
    reply.headers({ 'content-security-policy': this.#policy, 'referrer-policy': 'same-origin' });
    await this.#send(INDEX, reply);
  }

  async #send(name: string, reply: FastifyReply): Promise<void> {
    if (!this.#isServed || !FILE.test(name)) throw nothing();
    await reply.sendFile(name);
  }
}

function nothing(): Error {
  return doorError('not_found', 'There is nothing at this address.');
}
