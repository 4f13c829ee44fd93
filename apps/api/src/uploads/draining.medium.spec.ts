import type { OperationsAnswer } from '@darkroom/contracts';
import { expect, it } from 'vitest';
import { file, jpegOf, multipart } from '../testing/multipart.js';
import { rawRequest } from '../testing/raw-request.js';
import { startApi } from '../testing/start-api.js';
import { answerOf } from '../testing/upload.js';

it('an upload that completes while its api drains is stored, and its job is enqueued', async () => {
  const broker = { DARKROOM_BROKER: 'postgres', REDIS_URL: '' };
  const leaving = await startApi(broker);
  const staying = await startApi(broker, { sharedWith: leaving });
  const { body } = multipart([file(jpegOf(300_000))], 'x');
  const client = await rawRequest(leaving.port);
  await client.write(
    `POST /api/images HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await client.write(body.subarray(0, body.length / 2));
  const stopped = leaving.stop();
  await expect.poll(() => leaving.server.listening).toBe(false);
  await client.write(body.subarray(body.length / 2));
  expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 202 /);
  await stopped;

  const { queue } = await answerOf<OperationsAnswer>(await staying.ask('/api/operations'), 200);
  expect(queue?.[0]).toMatchObject({ name: 'process-image', waiting: 1 });
  await staying.close();
  await leaving.close();
});
