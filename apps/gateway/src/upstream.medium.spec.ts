import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { findFreePort, type Gateway, services, startGateway } from '@darkroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, jsonOf } from './testing/ask.js';
import { type Names, startNames } from './testing/names.js';
import { type Answer, startStubApi, type StubApi } from './testing/stub-api.js';

/** Closes the connection when the request has arrived, without an answer. */
const cut: Answer = (incoming) => void incoming.socket.destroy();

const named =
  (name: string): Answer =>
  (incoming, response) => {
    incoming.resume().once('end', () => response.end(name));
  };

// Only Linux answers on every address of 127.0.0.0/8.
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
  /** Makes a change, and waits until nginx has reloaded because of it. */
  const after = async (change: () => unknown): Promise<void> => {
    const reloaded = gateway.nextReload();
    await change();
    await reloaded;
  };
  /** Starts apis and makes the name resolve to them. Each test uses other addresses. */
  const begin = async (...hosts: string[]): Promise<StubApi[]> => {
    const started = await start(...hosts);
    await after(() => names.point(hosts));
    return started;
  };

  beforeAll(async () => {
    port = await findFreePort();
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

  it('may start after nginx', async () => {
    await names.point([]);
    const answer = await ask(gateway, '/healthz');
    expect(jsonOf(answer)).toMatchObject({ status: 502, code: 'unavailable', title: 'Bad Gateway' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([502, '5']);
    await begin('127.0.0.2');
    expect(await who()).toBe('127.0.0.2');
  });

  it('all get requests, including one that starts later', async () => {
    const [one = ''] = (await begin('127.0.2.1')).map(({ host }) => host);
    const [other = ''] = (await start('127.0.2.2')).map(({ host }) => host);
    expect(await who()).toBe(one);
    await after(() => names.point([one, other]));
    const answered = new Set<string>();
    while (answered.size < 2) answered.add(await who());
    expect([...answered].toSorted()).toEqual([one, other]);
  });

  it('take over from one that is down, also for uploads, whose bodies were not sent yet', async () => {
    const [gone, there] = (await begin('127.0.3.1', '127.0.3.2')) as [StubApi, StubApi];
    await gone.close();
    apis = [there];
    for (let count = 0; count < 10; count += 1) {
      expect(await who()).toBe(there.host);
      expect(await who('POST', 'a picture')).toBe(there.host);
    }
  });

  it('take over from one that closes the connection, but never get an upload twice', async () => {
    const [broken, sound] = (await begin('127.0.4.1', '127.0.4.2')) as [StubApi, StubApi];
    broken.answer = cut;
    for (let count = 0; count < 10; count += 1) expect(await who()).toBe(sound.host);
    const answers = new Set<string>();
    while (!answers.has('502')) answers.add(await who('POST', 'a picture'));
    const posts = [...broken.requests, ...sound.requests].filter(({ method }) => method === 'POST');
    const ids = posts.map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('get no requests while they report that they are not ready, unless all of them do', async () => {
    const [one, other] = (await begin('127.0.5.1', '127.0.5.2')) as [StubApi, StubApi];
    await after(() => (one.ready = false));
    for (let count = 0; count < 10; count += 1) {
      expect(await who()).toBe(other.host);
      expect(await who('POST', 'a picture')).toBe(other.host);
    }
    await after(() => (other.ready = false));
    const answered = new Set<string>();
    while (answered.size < 2) answered.add(await who());
    expect([...answered].toSorted()).toEqual([one.host, other.host]);
  });

  it('are replaced one after the other under load, and no request or upload in flight is lost', async () => {
    let [current] = (await begin('127.0.6.1')) as [StubApi];
    const over = new AbortController();
    const lost: string[] = [];
    const answered = [0, 0, 0, 0];
    const clients = Array.from(answered.keys(), async (index) => {
      while (!over.signal.aborted) {
        const answer = await (index % 2 === 0 ? who() : who('POST', 'a picture'));
        if (!answer.startsWith('127.')) lost.push(answer);
        answered[index] = (answered[index] ?? 0) + 1;
      }
    });
    const whole = Promise.all(clients);
    /** Waits until every request that is in flight now has its answer. */
    const settled = async (): Promise<void> => {
      const before = [...answered];
      await expect.poll(() => answered.every((count, index) => count > (before[index] ?? 0))).toBe(true);
    };
    for (const next of ['127.0.6.2', '127.0.6.3']) {
      const old = current;
      const upload = await beginUpload(gateway, old);
      // As in Compose: the new api is ready, the old one gets SIGTERM, keeps serving, stops listening, and then its
      // address disappears from the name.
      [current] = (await start(next)) as [StubApi];
      await after(() => names.point([old.host, next]));
      await after(() => (old.ready = false));
      await settled();
      const drained = old.drain();
      expect(await upload.finish()).toBe(old.host);
      await drained;
      apis = apis.filter((api) => api !== old);
      await names.point([next]);
    }
    over.abort();
    await whole;
    expect([...new Set(lost)]).toEqual([]);
  });
});

/** Sends the first half of an upload and waits until it has reached this api. */
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
  it('are kept open for 600 concurrent requests, because Node accepts new ones slowly', async () => {
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
  it('causes a problem with Retry-After, and gets an upload only once', async () => {
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
    // More than 1 MiB, the default limit of nginx.
    sent.on('error', () => undefined).end(Buffer.alloc(2 * 2 ** 20));
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

  it('loses the connection as soon as the client has closed its own', async () => {
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
