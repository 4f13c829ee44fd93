import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './database.js';

export interface Session {
  owner: string;
  scopes: string[];
  expiresAt: Date;
}

/** Signed-in browsers. The database holds a hash of each session's id: its rows open no session. */
export class SessionCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Opens a session.
   *
   * @param ttlSeconds - how long it lasts without being used
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

  /** The session of this id, or null when it has ended. Reading does not prolong it. */
  async find(id: string): Promise<Session | null> {
    const rows = await this.#database.query<{ owner: string; scopes: string[]; expires_at: Date }>(
      'select owner, scopes, expires_at from sessions where id_hash = $1 and expires_at > now()',
      [hashOf(id)],
    );
    const [row] = rows;
    return row === undefined ? null : { owner: row.owner, scopes: row.scopes, expiresAt: row.expires_at };
  }

  /** Lets a session last `ttlSeconds` from now. @returns false when it has ended */
  async prolong(id: string, ttlSeconds: number): Promise<boolean> {
    const rows = await this.#database.query(
      `update sessions set expires_at = now() + $2 * interval '1 second' where id_hash = $1 and expires_at > now() returning 1`,
      [hashOf(id), ttlSeconds],
    );
    return rows.length > 0;
  }

  /** Ends a session; one that has ended already is no error. */
  async end(id: string): Promise<void> {
    await this.#database.query('delete from sessions where id_hash = $1', [hashOf(id)]);
  }
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
