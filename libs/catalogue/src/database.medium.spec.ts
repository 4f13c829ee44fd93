import { type AddressInfo, connect as dial, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.js';
import { Database, type DatabaseOptions } from './database.js';
import { connect, openTestCatalogue, terminate, type TestCatalogue } from './testing/test-catalogue.js';

const UNAVAILABLE = {
  name: 'DarkroomError',
  code: 'unavailable',
  status: 503,
  headers: { 'retry-after': '5' },
};

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});
function open(options: Partial<DatabaseOptions> = {}): Database {
  const database = new Database({ url: test.database.url, ...options });
  opened.push(database);
  return database;
}

/** A server on loopback; `connection` decides what happens to each connection. */
async function tcpServer(connection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  opened.push({ close: stop });
  return { port: (server.address() as AddressInfo).port, stop };
}

function urlAt(port: number, host = '127.0.0.1'): string {
  const url = new URL(test.database.url);
  url.host = `${host}:${port}`;
  return url.href;
}

/** The error that a call will reject with; the call starts now and is checked later. */
const faultOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no fault',
    (error: unknown) => error,
  );

/** The database behind a proxy that can cut connections, as when the server stops. */
async function proxied() {
  const { hostname, port } = new URL(test.database.url);
  const server = await tcpServer((socket) => {
    const upstream = dial(Number(port), hostname);
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return { url: urlAt(server.port), stop: server.stop };
}

describe('a database that is down', () => {
  it.each(['127.0.0.1', 'localhost'])('with its port closed on %s is unavailable', async (host) => {
    const { port, stop } = await tcpServer(() => undefined);
    await stop();
    const catalogue = new Catalogue({ url: urlAt(port, host) });
    opened.push(catalogue);
    await expect(catalogue.check()).rejects.toMatchObject(UNAVAILABLE);
    await expect(catalogue.images.get('ada', '0')).rejects.toMatchObject(UNAVAILABLE);
    await expect(catalogue.transaction(() => Promise.resolve())).rejects.toMatchObject(UNAVAILABLE);
    await expect(catalogue.migrate()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('on an unknown host is unavailable', async () => {
    await expect(open({ url: urlAt(5432, 'database.invalid') }).query('select 1')).rejects.toMatchObject(
      UNAVAILABLE,
    );
  });

  it('that accepts a connection and stays silent is unavailable', async () => {
    const { port } = await tcpServer(() => undefined);
    const silent = { url: urlAt(port), connectTimeoutMs: 50 };
    await expect(open(silent).query('select 1')).rejects.toMatchObject(UNAVAILABLE);
    const catalogue = new Catalogue(silent);
    opened.push(catalogue);
    await expect(catalogue.migrate()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('that stops while in use is unavailable, with the cause for the log', async () => {
    const proxy = await proxied();
    const idle: Error[] = [];
    const database = open({ url: proxy.url, poolSize: 2, onIdleError: (error) => idle.push(error) });
    const failing = faultOf(database.query('select pg_sleep(60)'));
    await database.query('select 1');
    await proxy.stop();
    expect(await failing).toMatchObject({ ...UNAVAILABLE, cause: expect.any(Error) });
    await expect.poll(() => idle.length).toBe(1);
    await expect(database.query('select 1')).rejects.toMatchObject(UNAVAILABLE);
  });

  it('reveals nothing about itself to a user', async () => {
    const { port, stop } = await tcpServer(() => undefined);
    await stop();
    const error = await faultOf(open({ url: urlAt(port) }).query('select 1'));
    expect(String(error)).toMatch(/Try again/);
    expect(String(error)).not.toMatch(/127|select|ECONN|postgres/i);
  });
});

describe('a connection that the server ends', () => {
  it('in the middle of a query is unavailable, and the pool recovers', async () => {
    const database = open({ poolSize: 1 });
    const statement = 'select pg_sleep(60) as interrupted';
    const failing = faultOf(database.query(statement));
    const end = async () =>
      (
        await test.sql.query('select pg_terminate_backend(pid) from pg_stat_activity where query = $1', [
          statement,
        ])
      ).rows.length;
    await expect.poll(end).toBe(1);
    expect(await failing).toMatchObject({ ...UNAVAILABLE, cause: { code: '57P01' } });
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('in the middle of a transaction leaves nothing of it, and the pool recovers', async () => {
    const database = open({ poolSize: 1 });
    await database.query('create table if not exists marks (mark text)');
    const attempt = database.transaction(async (sql) => {
      await sql.query(`insert into marks values ('half')`);
      await terminate(test.sql, 'darkroom');
      await sql.query(`insert into marks values ('whole')`);
    });
    await expect(attempt).rejects.toMatchObject(UNAVAILABLE);
    expect(await database.query('select mark from marks')).toEqual([]);
  });

  it('between the queries of a transaction is reported at its commit', async () => {
    const database = open({ poolSize: 1 });
    await expect(
      database.transaction(async () => void (await terminate(test.sql, 'darkroom'))),
    ).rejects.toMatchObject(UNAVAILABLE);
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

it('a transaction whose process hangs in the middle is ended by the server', async () => {
  const database = open({ statementTimeoutMs: 1_000 });
  const hangs = `select 1 from pg_stat_activity where state = 'idle in transaction' and datname = current_database()`;
  const hanging = database.transaction(async (sql) => {
    await sql.query('select 1');
    await expect.poll(async () => (await test.sql.query(hangs)).rows, { timeout: 30_000 }).toEqual([]);
    await sql.query('select 1');
  });
  await expect(hanging).rejects.toMatchObject({ code: 'unavailable' });
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});

describe('a pool', () => {
  it('that is exhausted is unavailable after the connect timeout, and serves again later', async () => {
    // The first connection, too, must open within this time: a busy machine needs more than a moment.
    const database = open({ poolSize: 1, connectTimeoutMs: 2_000 });
    let give: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (give = resolve));
    let lent: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (lent = resolve));
    const holding = database.transaction(async () => {
      lent();
      await held;
    });
    await Promise.race([taken, holding]);
    await Promise.all([
      expect(database.query('select 1')).rejects.toMatchObject(UNAVAILABLE),
      expect(database.transaction(() => Promise.resolve())).rejects.toMatchObject(UNAVAILABLE),
    ]);
    give();
    await holding;
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('never lends a connection with an open transaction', async () => {
    const database = open({ poolSize: 1 });
    const lost = new Error('not the database’s');
    await expect(database.transaction(() => Promise.reject(lost))).rejects.toBe(lost);
    await expect(database.transaction((sql) => sql.query('select 1 / 0'))).rejects.toMatchObject({
      code: '22012',
    });
    const { rows } = await test.sql.query(
      `select from pg_stat_activity where application_name = 'darkroom' and state like 'idle in transaction%' and datname = current_database()`,
    );
    expect(rows).toEqual([]);
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a statement', () => {
  it('that takes longer than its limit ends as unavailable', async () => {
    const database = open({ statementTimeoutMs: 50 });
    await expect(database.query('select pg_sleep(60)')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: { code: '57014' },
    });
  });

  it('that is wrong is a bug, not an unavailable database', async () => {
    await expect(open().query('select nonsense')).rejects.toMatchObject({ code: '42703' });
  });

  it('of a migration has no limit', async () => {
    const other = await connect(test.database.url);
    const { rows } = await open({ statementTimeoutMs: 50 }).withUnlimitedClient((client) =>
      client.query('show statement_timeout'),
    );
    expect(rows).toEqual((await other.query('show statement_timeout')).rows);
    await other.end();
  });
});
