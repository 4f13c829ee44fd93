import { afterEach, describe, expect, it } from 'vitest';
import { rawRequest } from '../testing/raw-request.js';
import { startApi, type TestApi } from '../testing/start-api.js';
import { uploadOne } from '../testing/upload.js';

/** More than the buffers of both ends of a connection hold. */
const BODY = 16 * 1024 * 1024;

let api: TestApi | undefined;
afterEach(() => api?.close());

/** @returns the answer, which was there before the body was sent */
async function sendLargeUpload(to: TestApi): Promise<string> {
  const connection = await rawRequest(to.port);
  await connection.write(
    [
      'POST /api/images HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      'Content-Type: multipart/form-data; boundary=x',
      `Content-Length: ${BODY}`,
      '',
      '',
    ].join('\r\n'),
  );
  const answer = await connection.until(/\r\n\r\n\{.*\}$/s);
  await connection.write(Buffer.alloc(BODY));
  expect(await connection.rest()).toBe(answer);
  return answer;
}

describe('a client that sends a large upload without keep-alive', () => {
  it.each([
    [401, 'without access', { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: 'a-token-of-this-test' }],
    [413, 'above the limit', { DARKROOM_MAX_REQUEST_BYTES: '8MiB', DARKROOM_MAX_BYTES: '8MiB' }],
  ])('can read the %i of an upload %s', async (status, _, settings) => {
    api = await startApi(settings);
    expect(await sendLargeUpload(api)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('can read the 429 while too much waits', async () => {
    api = await startApi({ DARKROOM_MAX_WAITING: '1' });
    await uploadOne(api);
    expect(await sendLargeUpload(api)).toMatch(/^HTTP\/1.1 429 /);
  });
});
