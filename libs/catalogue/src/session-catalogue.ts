import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './database.js';

export interface Session {
  owner: string;
  scopes: string[];
  expiresAt: Date;
}

/** Signed-in browsers. The database holds only a hash of each session's id, so its rows cannot open a session. */
export class SessionCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Creates a session.
   *
   * @param ttlSeconds - how long it lasts without use, in seconds
   * @returns the session's id for the cookie: 256 random bits, base64url
   */
  async create(owner: string, scopes: readonly string[], ttlSeconds: number): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    await this.#database.query('delete from sessions where expires_at <= now()');
    await this.#database.query(
      `insert into sessions (id_hash, owner, scopes, expires_at) values ($1, $2, $3, now() + $4 * interval '1 second')`,
      [hashOf(id), owner, scopes, ttlSeconds],
    );
    return id;
  }

  /** Returns the session with this id, or null when it has ended. Reading does not extend it. */
  async find(id: string): Promise<Session | null> {
    const rows = await this.#database.query<{ owner: string; scopes: string[]; expires_at: Date }>(
      'select owner, scopes, expires_at from sessions where id_hash = $1 and expires_at > now()',
      [hashOf(id)],
    );
    const [row] = rows;
    return row === undefined ? null : { owner: row.owner, scopes: row.scopes, expiresAt: row.expires_at };
  }

  /** Extends a session to `ttlSeconds` from now. @returns false when it has ended */
  async prolong(id: string, ttlSeconds: number): Promise<boolean> {
    const rows = await this.#database.query(
      `update sessions set expires_at = now() + $2 * interval '1 second' where id_hash = $1 and expires_at > now() returning 1`,
      [hashOf(id), ttlSeconds],
    );
    return rows.length > 0;
  }

  /** Ends a session; one that has already ended is not an error. */
  async end(id: string): Promise<void> {
    await this.#database.query('delete from sessions where id_hash = $1', [hashOf(id)]);
  }
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
