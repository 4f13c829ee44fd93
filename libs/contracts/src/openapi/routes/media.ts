import type { ParameterName } from '../parameters.js';
import type { Answer, Route } from '../route.js';
import { schemaRef } from '../schemas.js';

const parameters: readonly ParameterName[] = [
  'key',
  'expires',
  'disposition',
  'filename',
  'signature',
  'range',
  'ifNoneMatch',
  'ifModifiedSince',
  'ifMatch',
  'ifUnmodifiedSince',
];
const description =
  'Take links from `original.url` and `variants[].url` and use them unchanged: a changed link is forbidden. With S3 storage they point to S3 instead.';
const caching = ['ETag', 'Cache-Control', 'Accept-Ranges'] as const;
const picture = { type: 'image/*', schema: { type: 'string', format: 'binary' } };

const notModified: Answer = {
  status: 304,
  description: 'The cached answer is still valid.',
  headers: ['ETag', 'Cache-Control'],
};
const conditionFailed: Answer = {
  status: 412,
  description: 'The picture is not the version that If-Match or If-Unmodified-Since asks for.',
  body: { type: 'application/problem+json', schema: schemaRef('Problem') },
};
const outOfRange: Answer = {
  status: 416,
  description: 'The range begins after the last byte.',
  headers: ['Content-Range'],
  body: { type: 'application/problem+json', schema: schemaRef('Problem') },
};

export const mediaRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/media/{key}',
    operationId: 'getMedia',
    summary: 'The bytes behind a signed link',
    description,
    tag: 'media',
    access: 'anybody',
    parameters,
    answers: [
      { status: 200, description: 'The picture.', headers: caching, body: picture },
      { status: 206, description: 'A part of it.', headers: [...caching, 'Content-Range'], body: picture },
      notModified,
      conditionFailed,
      outOfRange,
    ],
    problems: ['forbidden', 'not_found', 'unavailable'],
  },
  {
    method: 'head',
    path: '/media/{key}',
    operationId: 'headMedia',
    summary: 'The headers behind a signed link',
    description,
    tag: 'media',
    access: 'anybody',
    parameters,
    answers: [
      { status: 200, description: 'The headers of the picture.', headers: caching },
      notModified,
      conditionFailed,
    ],
    problems: ['forbidden', 'not_found', 'unavailable'],
  },
];
