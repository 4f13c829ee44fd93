import { inputFormatNames } from '../../formats/input-formats.js';
import type { Route } from '../route.js';
import { schemaRef } from '../schemas.js';

const formats = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(inputFormatNames);
const image = { type: 'application/json', schema: schemaRef('Image') };

export const imageRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/images',
    operationId: 'uploadImages',
    summary: 'Upload pictures',
    description: `Each part \`file\` is one picture: ${formats}. Title, caption, tags and expiresIn go to all of them and may stand before or after the files. A file that is refused does not keep the others out: it stands in \`rejected\`. When every file is refused, the answer is the problem of the first.`,
    tag: 'images',
    access: 'token',
    parameters: ['idempotencyKey'],
    request: { type: 'multipart/form-data', schema: 'UploadForm' },
    answers: [
      {
        status: 202,
        description: 'The pictures are kept and will be processed; follow them by their id or by events.',
        headers: ['Idempotency-Replayed'],
        body: { type: 'application/json', schema: schemaRef('UploadAnswer') },
      },
    ],
    problems: ['conflict', 'rate_limited'],
  },
  {
    method: 'get',
    path: '/api/images',
    operationId: 'listImages',
    summary: 'List pictures, newest first',
    description:
      'Send the `ETag` of the last answer back as `If-None-Match`: an unchanged page costs nothing.',
    tag: 'images',
    access: 'token',
    parameters: ['limit', 'cursor', 'status', 'tag', 'q'],
    answers: [
      {
        status: 200,
        description: 'One page. `nextCursor` is null on the last one.',
        headers: ['ETag', 'Cache-Control'],
        body: { type: 'application/json', schema: schemaRef('ImagePage') },
      },
      { status: 304, description: 'The page is as it was.', headers: ['ETag', 'Cache-Control'] },
    ],
  },
  {
    method: 'get',
    path: '/api/images/{id}',
    operationId: 'getImage',
    summary: 'One picture with its links',
    tag: 'images',
    access: 'token',
    parameters: ['id'],
    answers: [{ status: 200, description: 'The picture.', body: image }],
    problems: ['not_found'],
  },
  {
    method: 'patch',
    path: '/api/images/{id}',
    operationId: 'updateImage',
    summary: 'Change title, caption, tags or expiry',
    description: 'What is absent stays; null or an empty text clears.',
    tag: 'images',
    access: 'token',
    parameters: ['id'],
    request: { type: 'application/json', schema: 'ImagePatch' },
    answers: [{ status: 200, description: 'The picture as it is now.', body: image }],
    problems: ['not_found'],
  },
  {
    method: 'delete',
    path: '/api/images/{id}',
    operationId: 'deleteImage',
    summary: 'Delete a picture',
    description: 'Its row is gone at once, and its links with it; its bytes follow.',
    tag: 'images',
    access: 'token',
    parameters: ['id'],
    answers: [{ status: 204, description: 'Deleted.' }],
    problems: ['not_found'],
  },
  {
    method: 'post',
    path: '/api/images/{id}/retry',
    operationId: 'retryImage',
    summary: 'Process a failed picture again',
    description: 'Only a picture that is `failed` or `quarantined` can be retried; any other is a conflict.',
    tag: 'images',
    access: 'token',
    parameters: ['id'],
    answers: [{ status: 202, description: 'The picture, queued again.', body: image }],
    problems: ['not_found', 'conflict'],
  },
  {
    method: 'get',
    path: '/api/images/{id}/download',
    operationId: 'downloadImage',
    summary: 'A file to save',
    description:
      'Leads to a signed link of the original, or of a variant, that browsers save under its name; the links of an image show it.',
    tag: 'images',
    access: 'token',
    parameters: ['id', 'variant'],
    answers: [{ status: 302, description: 'Here it is.', headers: ['Location', 'Cache-Control'] }],
    problems: ['not_found'],
  },
  {
    method: 'get',
    path: '/api/tags',
    operationId: 'listTags',
    summary: 'The tags in use, most frequent first',
    tag: 'images',
    access: 'token',
    parameters: ['limit'],
    answers: [
      {
        status: 200,
        description: 'Each with the number of pictures that have it.',
        body: { type: 'application/json', schema: schemaRef('TagList') },
      },
    ],
  },
  {
    method: 'get',
    path: '/api/archive',
    operationId: 'downloadArchive',
    summary: 'Several originals as one ZIP file',
    description:
      'As they were uploaded, not compressed any further; two of the same name get a number. Every id is looked up before the first byte is sent.',
    tag: 'images',
    access: 'token',
    parameters: ['ids'],
    answers: [
      {
        status: 200,
        description: 'The archive.',
        headers: ['Content-Disposition'],
        body: { type: 'application/zip', schema: { type: 'string', format: 'binary' } },
      },
      {
        status: 431,
        description: 'So many ids that the line is longer than a server takes.',
        body: { type: 'application/problem+json', schema: schemaRef('Problem') },
      },
    ],
    problems: ['not_found'],
  },
];
