import type { Route } from '../route.js';
import { schemaRef } from '../schemas.js';

export const sessionRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/session',
    operationId: 'signIn',
    summary: 'Sign a browser in',
    description: 'In open mode no token is needed and no cookie is set.',
    tag: 'session',
    access: 'site',
    request: { type: 'application/json', schema: 'SessionRequest' },
    answers: [{ status: 204, description: 'Signed in.', headers: ['Set-Cookie'] }],
    problems: ['unauthorized', 'rate_limited'],
  },
  {
    method: 'get',
    path: '/api/session',
    operationId: 'getSession',
    summary: 'Whether a token is needed, and whether this browser is signed in',
    tag: 'session',
    access: 'site',
    answers: [
      {
        status: 200,
        description: 'The access mode and the session.',
        body: { type: 'application/json', schema: schemaRef('SessionAnswer') },
      },
    ],
  },
  {
    method: 'delete',
    path: '/api/session',
    operationId: 'signOut',
    summary: 'Sign a browser out and end its session',
    tag: 'session',
    access: 'site',
    answers: [{ status: 204, description: 'Signed out.', headers: ['Set-Cookie'] }],
  },
];
