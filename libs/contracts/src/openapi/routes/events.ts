import type { Route } from '../route.js';
import { schemaRef } from '../schemas.js';

const events = {
  image: schemaRef('Image'),
  deleted: schemaRef('DeletedEvent'),
  reset: { type: 'object', description: 'The position is too old: reload.' },
};

const answers = [
  {
    status: 200,
    description:
      'A stream of server-sent events. It begins with the current state. Then every change sends an `image` event with the whole Image, and every deletion a `deleted` event with the id. On `reset`, reload. Once the answer begins, the stream misses no change: list the pictures after that. A comment every 15 seconds keeps the connection open.',
    body: { type: 'text/event-stream', schema: { type: 'string' } },
  },
];

export const eventRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/events',
    operationId: 'followImages',
    summary: 'Follow all pictures',
    description: 'A new stream begins with the pictures that are queued or processing.',
    tag: 'events',
    access: 'token',
    parameters: ['lastEventId'],
    answers,
    events,
  },
  {
    method: 'get',
    path: '/api/images/{id}/events',
    operationId: 'followImage',
    summary: 'Follow one picture',
    description: 'A new stream begins with the current state of the picture.',
    tag: 'events',
    access: 'token',
    parameters: ['id', 'lastEventId'],
    answers,
    problems: ['not_found'],
    events,
  },
];
