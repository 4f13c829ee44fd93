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
      'A stream of server-sent events. It begins with the present state, then `image` comes with the whole Image at every change and `deleted` with an id; `reset` says to reload. It is answered once nothing more can be missed: what is listed after that is up to date with it. A comment every 15 seconds keeps the line open.',
    body: { type: 'text/event-stream', schema: { type: 'string' } },
  },
];

export const eventRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/events',
    operationId: 'followImages',
    summary: 'Follow all pictures',
    description: 'A new stream begins with the pictures that are not at rest.',
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
    description: 'A new stream begins with the picture as it is.',
    tag: 'events',
    access: 'token',
    parameters: ['id', 'lastEventId'],
    answers,
    problems: ['not_found'],
    events,
  },
];
