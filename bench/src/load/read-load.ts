import { LoadConnection } from './load-connection.js';
import { Latencies, type LatencySummary } from './latencies.js';

export interface ReadLoad {
  url: URL;
  headers: Record<string, string>;
  /** Connections that stay open at the same time. */
  connections: number;
  seconds: number;
  /** The expected status; any other is an error. */
  status: number;
}

export interface ReadResult extends LatencySummary {
  perSecond: number;
  requests: number;
  connections: number;
  /** Bytes of one answer's body. */
  bytes: number;
  /** Number of errors, by message. */
  errors: Record<string, number>;
}

/** Connections opened at a time, before the measurement starts. */
const OPENING = 100;

/** Requests one URL over many open connections. Each sends its next request as soon as it has the answer. */
export async function readLoad(load: ReadLoad): Promise<ReadResult> {
  const target = {
    host: load.url.hostname,
    port: Number(load.url.port || 80),
    request: requestOf(load),
  };
  const errors: Record<string, number> = {};
  const fail = (what: string): void => void (errors[what] = (errors[what] ?? 0) + 1);
  const connections = Array.from({ length: load.connections }, () => new LoadConnection(target));
  for (let from = 0; from < connections.length; from += OPENING) {
    await Promise.all(
      connections
        .slice(from, from + OPENING)
        .map((connection) => connection.open().catch((error) => fail(message(error)))),
    );
  }
  const latencies = new Latencies();
  const began = performance.now();
  const end = began + load.seconds * 1000;
  let bytes = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end) {
        try {
          const outcome = await connection.ask();
          if (outcome.status === load.status) latencies.add(outcome.milliseconds);
          else fail(`status ${outcome.status}`);
          bytes = outcome.bytes;
        } catch (error) {
          fail(message(error));
          connection.close();
        }
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return {
    perSecond: latencies.count / seconds,
    requests: latencies.count,
    connections: load.connections,
    bytes,
    errors,
    ...latencies.summary(),
  };
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function requestOf({ url, headers }: ReadLoad): Buffer {
  const lines = Object.entries({ Host: url.host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
}
