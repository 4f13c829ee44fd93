import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { rawRequest } from '../testing/raw-request.js';
import { startApi } from '../testing/start-api.js';

it('a request that becomes complete during the shutdown is answered, and its connection closes', async () => {
  const api = await startApi();
  try {
    const connection = await rawRequest(api.port);
    await connection.write('GET /api/images HTTP/1.1\r\nHost: localhost\r\n');
    const stopping = api.stop();
    while (api.server.listening) await turn();
    await connection.write('\r\n');
    const answer = await connection.rest();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/^connection: close\r$/im);
    await stopping;
  } finally {
    await api.close();
  }
});
