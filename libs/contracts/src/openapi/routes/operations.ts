import type { Route } from '../route.js';
import { schemaRef } from '../schemas.js';

/** How things stand, for those who run Darkroom; limits and docs. */
export const operationRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/operations',
    operationId: 'getOperations',
    summary: 'Queue, throughput, failures, workers and storage',
    description:
      'Cheap to ask for often: what is counted is kept for a second, longer where counting takes long.',
    tag: 'health',
    access: 'token',
    answers: [
      {
        status: 200,
        description: 'How things stand.',
        body: { type: 'application/json', schema: schemaRef('Operations') },
      },
    ],
  },
  {
    method: 'get',
    path: '/api/limits',
    operationId: 'getLimits',
    summary: 'What uploads and texts may have',
    tag: 'docs',
    access: 'site',
    answers: [
      {
        status: 200,
        description: 'The limits that this Darkroom is set to.',
        body: { type: 'application/json', schema: schemaRef('Limits') },
      },
    ],
  },
  {
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'Whether the process is alive',
    tag: 'health',
    access: 'anybody',
    answers: [
      { status: 200, description: 'It is.', body: { type: 'application/json', schema: schemaRef('Health') } },
    ],
  },
  {
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Whether broker, database and storage answer',
    tag: 'health',
    access: 'anybody',
    answers: [
      {
        status: 200,
        description: 'All do.',
        body: { type: 'application/json', schema: schemaRef('Readiness') },
      },
    ],
    description: 'Where one does not, the problem’s `errors` name it.',
    problems: ['unavailable'],
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tag: 'docs',
    access: 'anybody',
    answers: [
      {
        status: 200,
        description: 'OpenAPI 3.1.',
        body: { type: 'application/json', schema: { type: 'object' } },
      },
    ],
  },
  {
    method: 'get',
    path: '/api/docs',
    operationId: 'getDocs',
    summary: 'This document as a page',
    tag: 'docs',
    access: 'anybody',
    answers: [
      { status: 200, description: 'A page.', body: { type: 'text/html', schema: { type: 'string' } } },
    ],
  },
];
