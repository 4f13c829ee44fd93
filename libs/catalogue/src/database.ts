import { isDarkroomError, unavailable } from '@darkroom/errors';
import pg from 'pg';

// PostgreSQL's bigint arrives as text, because it can exceed 2^53; our byte counts do not.
const INT8 = 20;
pg.types.setTypeParser(INT8, (text) => Number(text));

export interface DatabaseOptions {
  /** PostgreSQL connection URL. */
  url: string;
  /** The maximum of connections. Default: 10. A call waits when all are in use. */
  poolSize?: number;
  /** Milliseconds to wait for a free or a new connection before `unavailable`. Default: 5,000. */
  connectTimeoutMs?: number;
  /** Milliseconds after which the server ends a statement. Default: 15,000. */
  statementTimeoutMs?: number;
  /** Called when an idle connection breaks; the pool replaces it. */
  onIdleError?: (error: Error) => void;
}

/**
 * A prepared statement: the server parses it once a connection, and plans it once where one plan serves all values. For
 * statements that run for every picture, whose parsing and planning took longer than their execution. The name must
 * belong to only one text.
 */
export interface PreparedStatement {
  name: string;
  text: string;
}

/** Runs statements. */
export interface Sql {
  query<Row extends pg.QueryResultRow>(
    statement: string | PreparedStatement,
    values?: unknown[],
  ): Promise<Row[]>;
}

/** The pool; it reports every connection error as `unavailable`. */
export class Database implements Sql {
  readonly #pool: pg.Pool;
  readonly #unlimited = new Set<pg.Client>();
  readonly options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize ?? 10,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      // A process that hangs in the middle of a transaction holds its row locks no longer than a statement can run.
      idle_in_transaction_session_timeout: options.statementTimeoutMs ?? 15_000,
      // A server that has vanished without closing its connections (a failover) must not block a request forever.
      query_timeout: (options.statementTimeoutMs ?? 15_000) + 5_000,
      // A plan that may read many rows and stops after a page costs more to compile than to run. A URL may set others.
      options: '-cjit=off',
      keepAlive: true,
      application_name: 'darkroom',
    });
    this.#pool.on('error', (error) => options.onIdleError?.(error));
  }

  async query<Row extends pg.QueryResultRow>(
    statement: string | PreparedStatement,
    values: unknown[] = [],
  ): Promise<Row[]> {
    try {
      const result = await this.#pool.query<Row>(queryConfig(statement), values);
      return result.rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.withClient(async (client) => {
      await client.query('begin');
      try {
        const result = await work(sqlOn(client));
        await client.query('commit');
        return result;
      } catch (error) {
        const mapped = asUnavailable(error);
        // No rollback on a connection that failed: it would hold the caller for another query timeout, and the server
        // rolls back anyway.
        if (!isDarkroomError(mapped, 'unavailable')) await client.query('rollback');
        throw mapped;
      }
    });
  }

  /** Lends a connection while `work` runs; a broken one does not go back to the pool. */
  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw asUnavailable(error);
    }
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      const mapped = asUnavailable(error);
      if (isDarkroomError(mapped, 'unavailable')) broken ??= mapped;
      throw mapped;
    } finally {
      client.off('error', onError);
      client.release(broken ?? false);
    }
  }

  /** A connection outside the pool and without timeouts, for work that can take long: migrations and backfills. */
  async withUnlimitedClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.options.url,
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? 5_000,
      application_name: 'darkroom-migration',
    });
    // Without a listener a broken connection would end the process; the running statement rejects anyway.
    client.on('error', (error) => this.options.onIdleError?.(error));
    this.#unlimited.add(client);
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      this.#unlimited.delete(client);
      await client.end().catch(() => undefined);
    }
  }

  /** Waits for the pool's statements, and breaks connections outside the pool. */
  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), ...[...this.#unlimited].map((client) => client.end())]);
  }
}

/** Runs statements on one connection. */
export function sqlOn(client: pg.ClientBase): Sql {
  return {
    query: async <Row extends pg.QueryResultRow>(
      statement: string | PreparedStatement,
      values: unknown[] = [],
    ) => (await client.query<Row>(queryConfig(statement), values)).rows,
  };
}

function queryConfig(statement: string | PreparedStatement): pg.QueryConfig {
  return typeof statement === 'string' ? { text: statement } : statement;
}

// Appendix A of PostgreSQL's manual: 08 connection exception, 53 insufficient resources, 57 operator intervention,
// 25006 read-only transaction (a failover's old primary), 58030 I/O error.
const UNAVAILABLE_SQLSTATE = /^(08...|53...|57...|25006|58030)$/;
const UNAVAILABLE_ERRNO = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
// node-postgres gives these errors no code (pg 8.23, lib/client.js and pg-pool/index.js).
const UNAVAILABLE_MESSAGE =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable/;

/** Converts the error of a database that does not answer to `unavailable`; returns that of a wrong statement unchanged. */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || isDarkroomError(error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const away =
    UNAVAILABLE_SQLSTATE.test(code) || UNAVAILABLE_ERRNO.has(code) || UNAVAILABLE_MESSAGE.test(error.message);
  return away ? unavailable('The database', error) : error;
}
