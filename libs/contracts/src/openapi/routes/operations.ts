import type { Route } from '../route.js';
import { schemaRef } from '../schemas.js';

/** The state of the platform for its operators; limits and docs. */
export const operationRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/operations',
    operationId: 'getOperations',
    summary: 'Queue, throughput, failures, workers and storage',
    description:
      'Frequent calls are cheap: counts are cached for at least a second, longer where counting is slow.',
    tag: 'health',
    access: 'token',
    answers: [
      {
        status: 200,
        description: 'The state of the platform.',
        body: { type: 'application/json', schema: schemaRef('Operations') },
      },
    ],
  },
  {
    method: 'get',
    path: '/api/limits',
    operationId: 'getLimits',
    summary: 'The limits of uploads and texts',
    tag: 'docs',
    access: 'site',
    answers: [
      {
        status: 200,
        description: 'The limits as configured.',
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
      {
        status: 200,
        description: 'The process is alive.',
        body: { type: 'application/json', schema: schemaRef('Health') },
      },
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
        description: 'All answer.',
        body: { type: 'application/json', schema: schemaRef('Readiness') },
      },
    ],
    description: 'If one does not, `errors` names it.',
    problems: ['unavailable'],
  },
  {
    method: 'get',
    path: '/metrics',
    operationId: 'getMetrics',
    summary: 'Metrics for Prometheus',
    description:
      'On a loopback address no token is needed. Elsewhere, send the token, or the one of DARKROOM_METRICS_TOKEN. nginx does not pass this call on.',
    tag: 'health',
    access: 'metrics',
    answers: [
      {
        status: 200,
        description: 'The metrics of this process, in the text format of Prometheus.',
        body: { type: 'text/plain', schema: { type: 'string' } },
      },
    ],
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
