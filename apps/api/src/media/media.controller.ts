import { Readable } from 'node:stream';
import type { Settings } from '@darkroom/config';
import {
  findInputFormat,
  ImageId,
  originalContentTypes,
  originalExtension,
  outputFormats,
} from '@darkroom/contracts';
import { DarkroomError, doorError } from '@darkroom/errors';
import {
  contentDisposition,
  isKey,
  type LinkGrant,
  type ObjectStorage,
  type StoredObject,
} from '@darkroom/storage';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { checkPreconditions, isRangeMeant, preconditionFailed } from '../http/preconditions.js';
import { SETTINGS, STORAGE } from '../tokens.js';
import { parseRange } from './byte-range.js';
import { LivingPictures } from './living-pictures.js';

/** Lets nothing in a picture run, load or frame, even if a browser mistakes it for a page. */
const MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

const CONTENT_TYPES = new Map<string, string>([
  ...originalContentTypes.map((type) => [originalExtension(type), type] as const),
  ...Object.values(outputFormats).map(({ extension, contentType }) => [extension, contentType] as const),
]);

interface VerifiedLink {
  key: string;
  grant: LinkGrant;
  /** Unix time in seconds. */
  expires: number;
}

/** Serves the signed links of folder storage, itself or through the nginx in front. S3 serves its own links. */
@Controller('media')
@Access('anybody')
export class MediaController {
  readonly #storage: ObjectStorage;
  readonly #living: LivingPictures;
  readonly #accelRedirect: string | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(STORAGE) storage: ObjectStorage,
    @Inject(LivingPictures) living: LivingPictures,
  ) {
    this.#storage = storage;
    this.#living = living;
    this.#accelRedirect = settings.storage.kind === 'folder' ? settings.storage.accelRedirect : undefined;
  }

  @Get('*')
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const link = this.#verified(request);
    if (link === null) throw doorError('not_found', 'There is nothing at this address.');
    if (!(await this.#isLiving(link))) throw gone();
    // nginx repeats the request with this header if it cannot read the file. The api then answers the request itself.
    if (this.#accelRedirect !== undefined && request.headers['x-accel-failed'] === undefined)
      await this.#leaveToNginx(reply, this.#accelRedirect, link);
    else await this.#answer(request, reply, link);
  }

  async #isLiving({ key }: VerifiedLink): Promise<boolean> {
    const id = ImageId.safeParse(key.split('/')[1]);
    return id.success && (await this.#living.has(id.data));
  }

  /** nginx sends the file with these headers, and answers HEAD, Range and conditions itself. */
  async #leaveToNginx(reply: FastifyReply, location: string, link: VerifiedLink): Promise<void> {
    await reply
      .headers(headersOf(link))
      .header('x-accel-redirect', location + link.key.split('/').map(encodeURIComponent).join('/'))
      .type(contentTypeOf(link.key))
      .send();
  }

  async #answer(request: FastifyRequest, reply: FastifyReply, link: VerifiedLink): Promise<void> {
    const { key } = link;
    const object = isKey(key) ? await this.#storage.head(key) : null;
    if (object === null) throw gone();
    reply.headers({
      ...headersOf(link),
      etag: object.etag,
      'last-modified': object.modifiedAt.toUTCString(),
      'accept-ranges': 'bytes',
    });
    const verdict = checkPreconditions(request.headers, object);
    if (verdict === 'failed') throw preconditionFailed();
    if (verdict === 'not-modified') {
      await reply.status(304).send();
      return;
    }
    reply.type(contentTypeOf(key));
    await this.#send(request, reply, object);
  }

  #verified(request: FastifyRequest): VerifiedLink | null {
    const { '*': key = '' } = request.params as { '*'?: string };
    const query = request.query as Record<string, unknown>;
    const grant = this.#storage.verifyLink({ key, query, url: request.raw.url ?? '' }, new Date());
    return grant && { key, grant, expires: Number(query['expires']) };
  }

  async #send(request: FastifyRequest, reply: FastifyReply, object: StoredObject): Promise<void> {
    if (request.method === 'HEAD') {
      // An empty stream, because without a body Fastify would send a length of 0 bytes. A range applies to GET only
      // (RFC 9110 section 14.2).
      await reply.header('content-length', object.bytes).send(Readable.from([]));
      return;
    }
    const { headers } = request;
    const range = isRangeMeant(headers, object) ? parseRange(headers.range, object.bytes) : 'whole';
    if (range === 'unsatisfiable') throw unsatisfiable(object);
    const length = range === 'whole' ? object.bytes : range.end - range.start + 1;
    reply.header('content-length', length);
    if (range !== 'whole')
      reply.status(206).header('content-range', `bytes ${range.start}-${range.end}/${object.bytes}`);
    const opened = await this.#storage.get(object.key, range === 'whole' ? {} : { range });
    if (opened === null || opened.object.etag !== object.etag) {
      opened?.body.destroy();
      throw gone();
    }
    await reply.send(opened.body);
  }
}

function gone(): DarkroomError {
  return doorError('not_found', 'The picture behind this link has been deleted.');
}

function headersOf({ key, grant, expires }: VerifiedLink): Record<string, string> {
  const filename = grant.filename ?? key.split('/').at(-1) ?? '';
  const runsScripts = findInputFormat(contentTypeOf(key))?.scripts ?? false;
  return {
    'cache-control': `private, immutable, max-age=${Math.max(0, Math.floor(expires - Date.now() / 1000))}`,
    'content-disposition': contentDisposition(runsScripts ? 'attachment' : grant.disposition, filename),
    'content-security-policy': MEDIA_POLICY,
    'cross-origin-resource-policy': 'cross-origin',
  };
}

function contentTypeOf(key: string): string {
  return CONTENT_TYPES.get(key.split('.').at(-1) ?? '') ?? 'application/octet-stream';
}

function unsatisfiable(object: StoredObject): DarkroomError {
  return new DarkroomError({
    code: 'invalid_request',
    status: 416,
    message: `The range begins after the end of the picture, which has ${object.bytes} bytes.`,
    headers: { 'content-range': `bytes */${object.bytes}` },
  });
}
