import type { z } from 'zod';
import { ArchiveQuery, DownloadQuery, IdempotencyKey, ListQuery } from '../http/requests.js';
import type { JsonSchema, ParameterObject } from './document.js';
import { inputSchema, schemaRef } from './schemas.js';

function query(name: string, field: z.ZodType, required: boolean): ParameterObject {
  const { description, ...schema } = inputSchema(field);
  return {
    name,
    in: 'query',
    required,
    description: typeof description === 'string' ? description : '',
    schema,
  };
}

function fromList(name: keyof typeof ListQuery.shape): ParameterObject {
  return query(name, ListQuery.shape[name], false);
}

function header(name: string, description: string, schema: JsonSchema): ParameterObject {
  return { name, in: 'header', required: false, description, schema };
}

function link(name: string, isRequired: boolean, description: string, schema: JsonSchema): ParameterObject {
  return { name, in: 'query', required: isRequired, description, schema };
}

/** Every parameter of the document, by the name of its component. */
export const parameters = {
  limit: fromList('limit'),
  cursor: fromList('cursor'),
  status: { ...fromList('status'), description: 'Only images in this status.' },
  tag: fromList('tag'),
  q: fromList('q'),
  ids: query('id', ArchiveQuery.shape.id, true),
  variant: query('variant', DownloadQuery.shape.variant, false),
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of an image.',
    schema: schemaRef('ImageId'),
  },
  idempotencyKey: header(
    'Idempotency-Key',
    'Makes a repeated upload answer as the first one did, for 24 hours. The same key with another body is a conflict.',
    inputSchema(IdempotencyKey),
  ),
  lastEventId: header(
    'Last-Event-ID',
    'The `id` of the last event received: the stream goes on from there. An unknown or too old one gives a `reset` event.',
    { type: 'string' },
  ),
  key: {
    name: 'key',
    in: 'path',
    required: true,
    description: 'Storage key: it holds slashes, which stay as they are. Take the whole link from an image.',
    schema: { type: 'string' },
  },
  expires: link('expires', true, 'Unix time in seconds at which the link ends.', {
    type: 'integer',
    minimum: 0,
  }),
  disposition: link('disposition', false, 'Present when the link downloads instead of showing.', {
    type: 'string',
    const: 'attachment',
  }),
  filename: link('filename', false, 'Name under which a browser saves the picture.', { type: 'string' }),
  signature: link('signature', true, 'Holds every other part of the link to what was signed.', {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{43}$',
  }),
  range: header('Range', 'Bytes wanted (RFC 9110 section 14.2).', { type: 'string' }),
  ifNoneMatch: header('If-None-Match', 'ETag of what the client has (RFC 9110 section 13.1.2).', {
    type: 'string',
  }),
} as const satisfies Record<string, ParameterObject>;

export type ParameterName = keyof typeof parameters;
