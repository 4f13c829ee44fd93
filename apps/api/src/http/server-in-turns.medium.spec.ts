import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServerInTurns } from './server-in-turns.js';

const requestOf = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('createServerInTurns', () => {
  let server: Server;
  let onRequest: (path: string) => void;
  let clients: Socket[];

  beforeEach(async () => {
    clients = [];
    server = createServerInTurns(({ url }, response) => {
      onRequest(url ?? '');
      response.end();
    }, {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const client of clients) client.destroy();
    server.close();
  });

  const open = (): Socket => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    clients.push(client);
    return client;
  };
  /** Resolves when that many requests were handled. @returns their paths in this order, each with its turn */
  const handled = async (count: number): Promise<{ path: string; turn: number }[]> => {
    const all: { path: string; turn: number }[] = [];
    let turn = 0;
    onRequest = (path) => void all.push({ path, turn });
    for (; all.length < count; turn += 1) await nextTurn();
    return all;
  };

  it('handles requests in the order of their arrival, a few per turn', async () => {
    let accepted = 0;
    server.on('connection', () => (accepted += 1));
    const sockets = Array.from({ length: 200 }, open);
    while (accepted < sockets.length) await nextTurn();
    const all = handled(sockets.length);
    const paths = sockets.map((socket, index) => {
      socket.write(requestOf(`/${index}`));
      return `/${index}`;
    });
    expect((await all).map(({ path }) => path)).toEqual(paths);
    const perTurn = Map.groupBy(await all, ({ turn }) => turn);
    expect(Math.max(...[...perTurn.values()].map(({ length }) => length))).toBeLessThanOrEqual(32);
  });

  it('drops a request whose client has left while it waited', async () => {
    let arrived = 0;
    server.on('request', () => (arrived += 1));
    const sockets = Array.from({ length: 200 }, open);
    for (const [index, socket] of sockets.entries()) socket.write(requestOf(`/${index}`));
    const leaving = sockets.at(-1);
    const paths: string[] = [];
    const lastButOne = new Promise<void>((resolve) => {
      onRequest = (path) => {
        if (paths.length === 0) leaving?.resetAndDestroy();
        paths.push(path);
        if (path === '/198') resolve();
      };
    });
    await lastButOne;
    while (arrived < sockets.length) await nextTurn();
    await nextTurn();
    expect(paths).toHaveLength(199);
    expect(paths).not.toContain('/199');
  });

  it('accepts the connections that wait before it handles a request', async () => {
    let accepted = 0;
    server.on('connection', () => (accepted += 1));
    const atFirst = new Promise<number>((resolve) => {
      onRequest = () => resolve(accepted);
    });
    for (let count = 0; count < 40; count += 1) open().write(requestOf('/'));
    expect(await atFirst).toBe(40);
  });
});
