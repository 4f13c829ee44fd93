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
  status: { ...fromList('status'), description: 'Only pictures with this status.' },
  tag: fromList('tag'),
  q: fromList('q'),
  ids: query('id', ArchiveQuery.shape.id, true),
  variant: query('variant', DownloadQuery.shape.variant, false),
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Id of a picture.',
    schema: schemaRef('ImageId'),
  },
  idempotencyKey: header(
    'Idempotency-Key',
    'For 24 hours, a repeated upload with the same key gets the answer of the first one. The same key with a different body is a conflict.',
    inputSchema(IdempotencyKey),
  ),
  lastEventId: header(
    'Last-Event-ID',
    'The `id` of the last event received; the stream continues from there. An unknown or too old id gets a `reset` event.',
    { type: 'string' },
  ),
  key: {
    name: 'key',
    in: 'path',
    required: true,
    description: 'Storage key; its slashes are not escaped. Use the whole link of a picture.',
    schema: { type: 'string' },
  },
  expires: link('expires', true, 'Unix time in seconds at which the link expires.', {
    type: 'integer',
    minimum: 0,
  }),
  disposition: link('disposition', false, 'Present if browsers should save the file instead of showing it.', {
    type: 'string',
    const: 'attachment',
  }),
  filename: link('filename', false, 'File name under which browsers save the picture.', { type: 'string' }),
  signature: link('signature', true, 'Signature of every other part of the link.', {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{43}$',
  }),
  range: header('Range', 'Requested byte range (RFC 9110 section 14.2).', { type: 'string' }),
  ifMatch: header('If-Match', 'ETags of the versions to accept (RFC 9110 section 13.1.1).', {
    type: 'string',
  }),
  ifModifiedSince: header(
    'If-Modified-Since',
    'Last-Modified of the cached answer (RFC 9110 section 13.1.3).',
    { type: 'string' },
  ),
  ifUnmodifiedSince: header(
    'If-Unmodified-Since',
    'Last-Modified of the version to accept (RFC 9110 section 13.1.4).',
    { type: 'string' },
  ),
  ifNoneMatch: header('If-None-Match', 'ETag of the cached answer (RFC 9110 section 13.1.2).', {
    type: 'string',
  }),
} as const satisfies Record<string, ParameterObject>;

export type ParameterName = keyof typeof parameters;
