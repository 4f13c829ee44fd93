import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Settings } from '@darkroom/config';
import { buildOpenApi, type OpenApiDocument } from '@darkroom/contracts';
import { doorError } from '@darkroom/errors';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access } from '../access/public.decorator.js';
import { SETTINGS } from '../tokens.js';
import { VERSION } from '../version.js';

/** The page loads only its own files. Swagger UI needs style attributes and images from data URLs. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Darkroom API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"><p>Loading the API reference …</p></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });
`;

const require = createRequire(import.meta.url);

interface Asset {
  type: string;
  read: () => Promise<string | Buffer>;
}
const packaged = (name: string, type: string): Asset => ({
  type,
  read: () => readFile(require.resolve(`swagger-ui-dist/${name}`)),
});

const ASSETS = new Map<string, Asset>([
  ['swagger-ui.css', packaged('swagger-ui.css', 'text/css; charset=utf-8')],
  ['swagger-ui-bundle.js', packaged('swagger-ui-bundle.js', 'text/javascript; charset=utf-8')],
  ['start.js', { type: 'text/javascript; charset=utf-8', read: async () => START }],
]);

/** Serves the OpenAPI document and its page. */
@Controller('api')
@Access('no-token')
export class DocsController {
  readonly #document: OpenApiDocument;

  constructor(@Inject(VERSION) version: string, @Inject(SETTINGS) settings: Settings) {
    this.#document = buildOpenApi({
      version,
      access: settings.access.mode,
      maxFiles: settings.http.maxFiles,
    });
  }

  @Get('openapi.json')
  openapi(): OpenApiDocument {
    return this.#document;
  }

  @Get('docs')
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-security-policy', DOCS_POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('docs/:name')
  async asset(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    const asset = ASSETS.get(name);
    if (asset === undefined) throw doorError('not_found', 'There is nothing at this address.');
    await reply
      .header('cache-control', 'public, max-age=3600')
      .type(asset.type)
      .send(await asset.read());
  }
}
