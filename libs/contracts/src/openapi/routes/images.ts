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
    description: `Each part \`file\` is one picture: ${formats}. Title, caption, tags and expiresIn apply to all of them and can come before or after the files. A refused file does not affect the others: it is listed in \`rejected\`. If every file is refused, the answer is the problem of the first.`,
    tag: 'images',
    access: 'token',
    parameters: ['idempotencyKey'],
    request: { type: 'multipart/form-data', schema: 'UploadForm' },
    answers: [
      {
        status: 202,
        description: 'The pictures are stored and will be processed. Follow them by id or with events.',
        headers: ['Idempotency-Replayed'],
        body: { type: 'application/json', schema: schemaRef('UploadAnswer') },
      },
    ],
    problems: ['conflict', 'rate_limited', 'too_much_waiting'],
  },
  {
    method: 'get',
    path: '/api/images',
    operationId: 'listImages',
    summary: 'List pictures, newest first',
    description:
      'Send the `ETag` of the last answer as `If-None-Match`: an unchanged page answers 304 without a body.',
    tag: 'images',
    access: 'token',
    parameters: ['limit', 'cursor', 'status', 'tag', 'q'],
    answers: [
      {
        status: 200,
        description: 'One page. `nextCursor` is null on the last page.',
        headers: ['ETag', 'Cache-Control'],
        body: { type: 'application/json', schema: schemaRef('ImagePage') },
      },
      { status: 304, description: 'The page is unchanged.', headers: ['ETag', 'Cache-Control'] },
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
    description: 'An absent field keeps its value; null or an empty text clears it.',
    tag: 'images',
    access: 'token',
    parameters: ['id'],
    request: { type: 'application/json', schema: 'ImagePatch' },
    answers: [{ status: 200, description: 'The changed picture.', body: image }],
    problems: ['not_found'],
  },
  {
    method: 'delete',
    path: '/api/images/{id}',
    operationId: 'deleteImage',
    summary: 'Delete a picture',
    description: 'The picture and its links are gone at once. Its files follow.',
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
    description: 'Only pictures that are `failed` or `quarantined` can be retried; any other is a conflict.',
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
    summary: 'Download a picture',
    description:
      'Redirects to a signed link of the original or of a variant. Browsers save this file under its name; the links in an Image show it instead.',
    tag: 'images',
    access: 'token',
    parameters: ['id', 'variant'],
    answers: [{ status: 302, description: 'The signed link.', headers: ['Location', 'Cache-Control'] }],
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
        description: 'Each tag with its number of pictures.',
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
      'The originals as uploaded, without compression. Duplicate names get a number. Every id is looked up before the first byte is sent.',
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
        description: 'The request line is too long because of too many ids.',
        body: { type: 'application/problem+json', schema: schemaRef('Problem') },
      },
    ],
    problems: ['not_found'],
  },
];
