import type { HeaderObject } from './document.js';

const text = { type: 'string' } as const;

/** Headers of answers, by their name. */
export const headers = {
  'Retry-After': {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', minimum: 0 },
  },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer of an earlier call with the same Idempotency-Key.',
    schema: { type: 'string', const: 'true' },
  },
  'Accept-Encoding': {
    description: '`identity` when the Content-Encoding of the body was the reason.',
    schema: text,
  },
  Allow: { description: 'The methods that the path accepts.', schema: text },
  'WWW-Authenticate': { description: '`Bearer`', schema: text },
  'Set-Cookie': { description: 'The cookie `darkroom_session`.', schema: text },
  'Content-Disposition': { description: 'The file name for saving (RFC 6266).', schema: text },
  Location: { description: 'A signed link. Follow it unchanged.', schema: text },
  ETag: { description: 'Identifies this version of the content.', schema: text },
  'Cache-Control': { description: 'How long the client may cache the answer.', schema: text },
  'Accept-Ranges': { description: '`bytes`', schema: text },
  'Content-Range': {
    description: 'The range of this answer and the total size (RFC 9110 section 14.4).',
    schema: text,
  },
} as const satisfies Record<string, HeaderObject>;

export type HeaderName = keyof typeof headers;
