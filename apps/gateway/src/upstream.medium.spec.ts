import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { freePort, type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, jsonOf } from './testing/ask.js';
import { type Names, startNames } from './testing/names.js';
import { type Answer, startStubApi, type StubApi } from './testing/stub-api.js';

/** Cuts the connection once the request is there, without an answer. */
const cut: Answer = (incoming) => void incoming.socket.destroy();

const named =
  (name: string): Answer =>
  (incoming, response) => {
    incoming.resume().once('end', () => response.end(name));
  };

// Every address of 127.0.0.0/8 is this machine's on Linux alone.
describe.skipIf(!services().nginx || process.platform !== 'linux')('several apis behind one name', () => {
  let names: Names;
  let gateway: Gateway;
  let port: number;
  let apis: StubApi[] = [];

  const start = async (...hosts: string[]): Promise<StubApi[]> => {
    const started = await Promise.all(hosts.map((host) => startStubApi(host, port)));
    for (const [index, api] of started.entries()) api.answer = named(hosts[index] ?? '');
    apis.push(...started);
    return started;
  };
  const who = async (method = 'GET', body = ''): Promise<string> => {
    const path = method === 'GET' ? '/healthz' : '/api/images';
    const answer = await ask(gateway, path, { method, ...(body && { body }) });
    return answer.status === 200 ? answer.body.toString() : String(answer.status);
  };
  /** Asks until this is who answers: a name is looked up once a second. */
  const until = async (expected: string): Promise<void> => {
    while ((await who()) !== expected);
    // An nginx that was made to read its configuration again has, for some requests, a worker that knows the old one.
    for (let more = 0; more < 20; more += 1) await who();
  };

  /** Waits until nobody is sent to this one any more. */
  const left = async ({ host }: StubApi): Promise<void> => {
    for (let others = 0; others < 20; others += 1) if ((await who()) === host) others = 0;
  };

  beforeAll(async () => {
    port = await freePort();
    names = await startNames();
    gateway = await startGateway({
      upstream: `api.internal:${port}`,
      programs: names.programs,
      env: { DARKROOM_UPLOADS_PER_MINUTE: '0', GATEWAY_WORKERS: '1' },
    });
  });
  afterEach(async () => {
    await Promise.all(apis.map((api) => api.close()));
    apis = [];
  });
  afterAll(async () => {
    await gateway.stop();
    await names.close();
  });

  test('need not be there when nginx starts', async () => {
    await names.point([]);
    const answer = await ask(gateway, '/healthz');
    expect(jsonOf(answer)).toMatchObject({ status: 502, code: 'unavailable', title: 'Bad Gateway' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([502, '5']);
    await start('127.0.0.2');
    await names.point(['127.0.0.2']);
    await until('127.0.0.2');
  });

  test('all get their share, and a new one is found', async () => {
    await start('127.0.0.2', '127.0.0.3');
    await names.point(['127.0.0.2']);
    await until('127.0.0.2');
    await names.point(['127.0.0.2', '127.0.0.3']);
    await until('127.0.0.3');
    await until('127.0.0.2');
    expect(apis.every(({ requests }) => requests.length > 0)).toBe(true);
  });

  test('stand in for one that has gone, for uploads too, whose bodies were not sent yet', async () => {
    await start('127.0.0.3');
    await names.point(['127.0.0.2', '127.0.0.3']);
    await until('127.0.0.3');
    for (let count = 0; count < 10; count += 1) {
      expect(await who()).toBe('127.0.0.3');
      expect(await who('POST', 'a picture')).toBe('127.0.0.3');
    }
  });

  test('stand in for one that breaks off, but never take an upload twice', async () => {
    const [broken, sound] = (await start('127.0.0.2', '127.0.0.3')) as [StubApi, StubApi];
    await names.point(['127.0.0.2', '127.0.0.3']);
    await until('127.0.0.2');
    broken.answer = cut;
    for (let count = 0; count < 10; count += 1) expect(await who()).toBe('127.0.0.3');
    const answers = new Set<string>();
    while (!answers.has('502')) answers.add(await who('POST', 'a picture'));
    const posts = [...broken.requests, ...sound.requests].filter(({ method }) => method === 'POST');
    const ids = posts.map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('are left alone when they say that they are about to end, unless all of them do', async () => {
    const [one, other] = (await start('127.0.0.2', '127.0.0.3')) as [StubApi, StubApi];
    await names.point([one.host, other.host]);
    await until(one.host);
    one.ready = false;
    await left(one);
    [one.ready, other.ready] = [true, false];
    await left(other);
    one.ready = false;
    await until(other.host);
    expect(await who('POST', 'a picture')).toMatch(/^127\./);
  });

  test('are replaced one after the other under load: nothing is lost, uploads under way among it', async () => {
    // Addresses that no test before this one has used: whoever answers from them knows the names as they are now.
    let [current] = (await start('127.0.1.1')) as [StubApi];
    await names.point(['127.0.1.1']);
    await until('127.0.1.1');
    const over = new AbortController();
    const lost: string[] = [];
    const clients = Array.from({ length: 4 }, async (_, index) => {
      while (!over.signal.aborted) {
        const answer = await (index % 2 === 0 ? who() : who('POST', 'a picture'));
        if (!answer.startsWith('127.')) lost.push(answer);
      }
    });
    for (const next of ['127.0.1.2', '127.0.1.3']) {
      const old = current;
      const upload = await beginUpload(gateway, old);
      // As Compose does: the new one is ready, the old one is told to end, serves on, closes its door, and then its
      // name is gone.
      [current] = (await start(next)) as [StubApi];
      await names.point([old.host, next]);
      await until(next);
      old.ready = false;
      await left(old);
      const drained = old.drain();
      expect(await upload.finish()).toBe(old.host);
      await drained;
      apis = apis.filter((api) => api !== old);
      await names.point([next]);
    }
    over.abort();
    await Promise.all(clients);
    expect([...new Set(lost)]).toEqual([]);
  });
});

/** Sends the first half of an upload, and waits until it has reached this api. */
async function beginUpload(gateway: Gateway, api: StubApi) {
  const headers = { 'content-length': '8', 'x-request-id': randomUUID() };
  const options = { method: 'POST', path: '/api/images', agent: false, headers };
  const sent = request({ host: '127.0.0.1', port: gateway.port, ...options });
  sent.write('half');
  await api.received(headers['x-request-id']);
  return {
    finish: async (): Promise<string> => {
      sent.end('rest');
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return text;
    },
  };
}

describe.skipIf(!services().nginx)('connections to an api', () => {
  test('are kept for as many as wait at once, because Node takes new ones slowly', async () => {
    const WAITING = 600;
    const api = await startStubApi();
    const gateway = await startGateway({ upstream: api.upstream, env: { GATEWAY_WORKERS: '1' } });
    const connections = new Set<unknown>();
    for (let times = 0; times < 2; times += 1) {
      const held: ServerResponse[] = [];
      api.answer = (incoming, response) => {
        connections.add(incoming.socket.remotePort);
        held.push(response);
        if (held.length === WAITING) for (const one of held) one.end();
      };
      await Promise.all(Array.from({ length: WAITING }, () => ask(gateway, '/healthz')));
    }
    await gateway.stop();
    await api.close();
    expect(connections.size).toBe(WAITING);
  });
});

describe.skipIf(!services().nginx)('an api that does not answer', () => {
  test('is a problem that says when to try again, and costs no upload its bytes twice', async () => {
    const api = await startStubApi();
    const gateway = await startGateway({ upstream: api.upstream });
    api.answer = cut;
    const sent = request({
      host: '127.0.0.1',
      port: gateway.port,
      path: '/api/images',
      method: 'POST',
      agent: false,
    });
    sent.on('error', () => undefined).end('a picture');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect([response.statusCode, response.headers['retry-after']]).toEqual([502, '5']);
    expect(JSON.parse(text)).toMatchObject({
      code: 'unavailable',
      instance: response.headers['x-request-id'],
    });
    expect(api.requests).toHaveLength(1);
    await gateway.stop();
    await api.close();
  });

  test('is left as soon as its client has gone', async () => {
    const api = await startStubApi();
    const gateway = await startGateway({ upstream: api.upstream });
    const left = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    api.answer = (incoming) => {
      incoming.once('close', () => left.resolve());
      arrived.resolve();
    };
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived.promise;
    socket.destroy();
    await left.promise;
    expect(api.requests).toHaveLength(1);
    await gateway.stop();
    await api.close();
  });
});
