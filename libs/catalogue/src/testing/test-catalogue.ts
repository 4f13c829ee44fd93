import { type TestDatabase, testDatabase } from '@darkroom/testing';
import pg from 'pg';
import { Catalogue } from '../catalogue.js';
import type { DatabaseOptions } from '../database.js';

export interface TestCatalogue {
  catalogue: Catalogue;
  database: TestDatabase;
  /** A second connection, for what only SQL can do. */
  sql: pg.Client;
  close(): Promise<void>;
}

/** A catalogue on a new database with the whole schema. */
export async function openTestCatalogue(options: Partial<DatabaseOptions> = {}): Promise<TestCatalogue> {
  const database = await testDatabase();
  const catalogue = new Catalogue({ ...options, url: database.url });
  await catalogue.migrate();
  await catalogue.backfill();
  const sql = await connect(database.url);
  return {
    catalogue,
    database,
    sql,
    close: async () => {
      await sql.end();
      await catalogue.close();
      await database.drop();
    },
  };
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A spec may have the server end its connection.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Ends every connection to the database with this application name, as an administrator or a failover would. */
export async function terminate(sql: pg.Client, applicationName: string): Promise<number> {
  const { rows } = await sql.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [applicationName],
  );
  return rows.length;
}
