import { isDarkroomError, unavailable } from '@darkroom/errors';
import pg from 'pg';

// PostgreSQL's bigint arrives as a text, because it may exceed 2^53; our byte counts do not.
const INT8 = 20;
pg.types.setTypeParser(INT8, (text) => Number(text));

export interface DatabaseOptions {
  /** PostgreSQL connection URL. */
  url: string;
  /** Connections at most; 10 by default. A call waits when all are in use. */
  poolSize?: number;
  /** Milliseconds to wait for a free or a new connection before `unavailable`; 5,000 by default. */
  connectTimeoutMs?: number;
  /** Milliseconds after which the server ends a statement; 15,000 by default. */
  statementTimeoutMs?: number;
  /** Told when an idle connection breaks; the pool replaces it. */
  onIdleError?: (error: Error) => void;
}

/**
 * A statement that each connection has the server parse once, and plan once where one plan serves all values: for what
 * runs for every picture, where parsing and planning took more than doing it. The name belongs to this text alone.
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

/** The pool, with every fault of the connection told as `unavailable`. */
export class Database implements Sql {
  readonly #pool: pg.Pool;
  readonly options: DatabaseOptions;

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize ?? 10,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      // A process that hangs in the middle of a transaction holds its rows no longer than a statement may.
      idle_in_transaction_session_timeout: options.statementTimeoutMs ?? 15_000,
      // A server that has vanished without a word (a failover) must not hold a request for ever.
      query_timeout: (options.statementTimeoutMs ?? 15_000) + 5_000,
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
        const result = await work({
          query: async <Row extends pg.QueryResultRow>(
            statement: string | PreparedStatement,
            values: unknown[] = [],
          ) => (await client.query<Row>(queryConfig(statement), values)).rows,
        });
        await client.query('commit');
        return result;
      } catch (error) {
        const mapped = asUnavailable(error);
        // A connection that failed is not asked once more: it would hold the caller for another query timeout, and
        // the server rolls back by itself.
        if (!isDarkroomError(mapped, 'unavailable')) await client.query('rollback');
        throw mapped;
      }
    });
  }

  /** Lends a connection for as long as `work` runs; one that broke is not given back to the pool. */
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

  /** A connection outside the pool and without time limits, for what may rightly take long: migrations. */
  async withUnlimitedClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: this.options.url,
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? 5_000,
      application_name: 'darkroom-migration',
    });
    // Without a listener a broken connection would end the process; the statement in hand rejects anyway.
    client.on('error', (error) => this.options.onIdleError?.(error));
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
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
// node-postgres gives these no code (pg 8.23, lib/client.js and pg-pool/index.js).
const UNAVAILABLE_MESSAGE =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable/;

/** Tells a database that does not answer (`unavailable`) from a statement that is wrong (returned as it is). */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || isDarkroomError(error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const away =
    UNAVAILABLE_SQLSTATE.test(code) || UNAVAILABLE_ERRNO.has(code) || UNAVAILABLE_MESSAGE.test(error.message);
  return away ? unavailable('The database', error) : error;
}
