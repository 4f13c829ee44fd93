import type { ProblemCode } from '../http/answers.js';
import { originalContentTypes } from '../formats/input-formats.js';
import type {
  Content,
  OpenApiDocument,
  OperationObject,
  PathItem,
  Reference,
  ResponseObject,
} from './document.js';
import { type HeaderName, headers } from './headers.js';
import { parameters } from './parameters.js';
import { problems } from './problems.js';
import type { Answer, Route } from './route.js';
import { routes } from './routes.js';
import { componentSchemas, schemaRef } from './schemas.js';

export interface OpenApiOptions {
  /** Version of this release. */
  version: string;
  /** Access mode of this Darkroom: in open mode no call needs a token. `token` by default. */
  access?: 'open' | 'token';
  /** Files per upload; 30 by default. */
  maxFiles?: number;
}

const DESCRIPTION =
  'Upload pictures, get web-ready variants. Errors are problem details (RFC 9457) with a stable `code`. Texts are trimmed and normalized (NFC). Unknown fields are refused.';

const LICENSE = { name: 'MIT', identifier: 'MIT' };

const TAGS = [
  { name: 'images', description: 'Upload, find, change and delete pictures.' },
  { name: 'events', description: 'Follow changes as they happen.' },
  { name: 'session', description: 'Sign browsers in and out.' },
  { name: 'media', description: 'The bytes, behind signed links.' },
  { name: 'health', description: 'For operators of Darkroom.' },
  { name: 'docs', description: 'This document.' },
];

const tokenOrSession = [{ bearer: [] }, { session: [] }];

function headerRefs(names: readonly HeaderName[]): Pick<ResponseObject, 'headers'> {
  if (names.length === 0) return {};
  return {
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

function response({ description, headers: names = [], body }: Answer): ResponseObject {
  return {
    description,
    ...headerRefs(names),
    ...(body && { content: { [body.type]: { schema: body.schema } } }),
  };
}

/** The problems that a route can answer with: those it declares, and those that follow from its access and request. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes: ProblemCode[] = ['method_not_allowed', 'internal', ...(route.problems ?? [])];
  if (route.access === 'token') codes.push('unauthorized', 'forbidden', 'rate_limited', 'unavailable');
  if (route.access === 'metrics') codes.push('unauthorized', 'rate_limited');
  if (route.access === 'site') codes.push('forbidden', 'unavailable');
  if (route.request !== undefined) codes.push('too_large', 'unsupported_media_type', 'invalid_request');
  if (route.access === 'token' && route.parameters !== undefined) codes.push('invalid_request');
  return [...new Set(codes)].toSorted((a, b) => problems[a].status - problems[b].status);
}

function responses(route: Route): OperationObject['responses'] {
  const all: Record<string, ResponseObject | Reference> = {};
  for (const answer of route.answers) all[answer.status] = response(answer);
  for (const [status, codes] of codesByStatus(route))
    all[status] = { $ref: `#/components/responses/${responseName(codes)}` };
  return all;
}

/** A status has one response in the document, even if several codes share it. */
function codesByStatus(route: Route): Map<number, readonly ProblemCode[]> {
  return Map.groupBy(problemsOf(route), (code) => problems[code].status);
}

const responseName = (codes: readonly ProblemCode[]): string => codes.join('_or_');

function requestContent({ type, schema }: NonNullable<Route['request']>): Content {
  const files = { encoding: { file: { contentType: originalContentTypes.join(', ') } } };
  return { [type]: { schema: schemaRef(schema), ...(type === 'multipart/form-data' && files) } };
}

function operation(route: Route): OperationObject {
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    ...(route.access !== 'token' && { security: route.access === 'metrics' ? [{}, { bearer: [] }] : [] }),
    ...(route.parameters && {
      parameters: route.parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    }),
    ...(route.request && {
      requestBody: { required: true as const, content: requestContent(route.request) },
    }),
    responses: responses(route),
    ...(route.events && { 'x-events': route.events }),
  };
}

function paths(): Record<string, PathItem> {
  const items: Record<string, PathItem> = {};
  for (const route of routes) {
    items[route.path] = { ...items[route.path], [route.method]: operation(route) };
  }
  return items;
}

function problemResponses(): Record<string, ResponseObject> {
  const content = { 'application/problem+json': { schema: schemaRef('Problem') } };
  const used = routes.flatMap((route) => [...codesByStatus(route).values()]);
  return Object.fromEntries(
    used.map((codes) => {
      const answers = codes.map((code) => problems[code]);
      const names = new Set(answers.flatMap(({ headers: own = [] }) => own));
      const description = answers.map((answer) => answer.description).join(' Or: ');
      return [responseName(codes), { description, ...headerRefs([...names]), content }];
    }),
  );
}

/**
 * Builds the OpenAPI 3.1 document of the HTTP interface from the schemas that validate it.
 *
 * The api accepts every request that the document allows, except where the data decides (an unknown id, a file that is
 * not a picture).
 */
export function buildOpenApi({ version, access = 'token', maxFiles = 30 }: OpenApiOptions): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Darkroom', version, description: DESCRIPTION, license: LICENSE },
    servers: [{ url: '/' }],
    tags: TAGS,
    security: access === 'token' ? tokenOrSession : [],
    paths: paths(),
    components: {
      schemas: componentSchemas(maxFiles),
      parameters,
      headers,
      responses: problemResponses(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token of DARKROOM_TOKEN.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'darkroom_session',
          description: 'Set by signing in.',
        },
      },
    },
  };
}
