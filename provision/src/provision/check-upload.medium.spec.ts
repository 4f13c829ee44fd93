import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspectPicture } from '@darkroom/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.js';
import { checkReady } from './check-ready.js';
import { checkUpload } from './check-upload.js';

interface Answer {
  status: number;
  body?: object;
}

let server: Server;
let calls: { line: string; authorization: string | undefined; body: Buffer }[] = [];
/** The server's answers, in order. The last one repeats. */
let answers: Answer[] = [];

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => {
    void read(request).then((body) => {
      calls.push({
        line: `${request.method} ${request.url}`,
        authorization: request.headers.authorization,
        body,
      });
      const { status, body: answer } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500 };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
      return undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const image = (status: string) => ({ id: 'one', status, error: { message: 'The file is broken.' } });

describe('the check of a stack', () => {
  it('uploads a picture with the token, waits until it is ready, and deletes it', async () => {
    answers = [
      { status: 503 },
      { status: 202, body: { items: [image('queued')] } },
      { status: 200, body: image('processing') },
      { status: 200, body: image('ready') },
      { status: 204 },
    ];
    await checkUpload(address(), 'the-token', fakeClock());
    expect(calls.map(({ line }) => line)).toEqual([
      'POST /api/images',
      'POST /api/images',
      'GET /api/images/one',
      'GET /api/images/one',
      'DELETE /api/images/one',
    ]);
    expect(new Set(calls.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer the-token']));
    const form = calls[0]?.body ?? Buffer.alloc(0);
    const picture = form.subarray(form.indexOf(Buffer.from([0x89, 0x50, 0x4e, 0x47])));
    expect(await inspectPicture(picture)).toMatchObject({ format: 'png', width: 8, height: 8 });
  });

  it('reports the last answer when it gives up', async () => {
    answers = [{ status: 502 }];
    await expect(checkUpload(address(), 'the-token', fakeClock())).rejects.toThrow(
      /picture to be uploaded through .*the last answer was POST \/api\/images: 502/,
    );
  });

  it('can wait for /readyz, without a picture', async () => {
    answers = [{ status: 503 }, { status: 200 }];
    await checkReady(address(), fakeClock());
    expect(calls.map(({ line }) => line)).toEqual(['GET /readyz', 'GET /readyz']);
    answers = [{ status: 503, body: { status: 'unavailable' } }];
    await expect(checkReady(address(), fakeClock())).rejects.toThrow(
      /readyz to be ready; the last answer was 503 {"status":"unavailable"}/,
    );
  });

  it('reports why the picture failed', async () => {
    answers = [
      { status: 202, body: { items: [image('queued')] } },
      { status: 200, body: image('failed') },
    ];
    await expect(checkUpload(address(), 'the-token', fakeClock())).rejects.toThrow(
      'The test picture ended as failed: The file is broken.',
    );
  });
});
