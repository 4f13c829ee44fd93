import { randomUUID } from 'node:crypto';
import type { Database, Sql } from './database.js';

/** How long a key is kept. */
const KEPT = "interval '24 hours'";
/**
 * A first call that has not renewed its claim for this many seconds was cut off, and the key is free again: a client
 * whose api has died waits this long. A call that was only delayed keeps its claim unless another has taken it meanwhile.
 */
export const CLAIM_SECONDS = 10;

/** A key that a first call holds while it runs. */
export interface Claim {
  owner: string;
  key: string;
  id: string;
}

export type ClaimOutcome =
  | { kind: 'claimed'; claim: Claim }
  | { kind: 'running' }
  | { kind: 'answered'; fingerprint: string; answer: unknown };

/** Idempotency keys, by owner, kept 24 hours. */
export class IdempotencyCatalogue {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Claims a key for a new call, or returns the state of the call that holds it. */
  async claim(owner: string, key: string): Promise<ClaimOutcome> {
    await this.#database.query(
      `delete from idempotency_keys where (owner, key) in (
         select owner, key from idempotency_keys where created_at < now() - ${KEPT} limit 100 for update skip locked)`,
    );
    const id = randomUUID();
    const taken = await this.#database.query(
      `insert into idempotency_keys as k (owner, key, claim, locked_until)
       values ($1, $2, $3, now() + $4 * interval '1 second')
       on conflict (owner, key) do update
         set claim = excluded.claim, locked_until = excluded.locked_until, created_at = now(), fingerprint = null, answer = null
         where (k.answer is null and k.locked_until <= now()) or k.created_at < now() - ${KEPT}
       returning 1`,
      [owner, key, id, CLAIM_SECONDS],
    );
    if (taken.length > 0) return { kind: 'claimed', claim: { owner, key, id } };
    const [row] = await this.#database.query<{ fingerprint: string | null; answer: unknown }>(
      'select fingerprint, answer from idempotency_keys where owner = $1 and key = $2',
      [owner, key],
    );
    if (row?.fingerprint == null) return { kind: 'running' };
    return { kind: 'answered', fingerprint: row.fingerprint, answer: row.answer };
  }

  /** Keeps a claim alive while a long upload runs; call it more often than every {@link CLAIM_SECONDS}. */
  async renew(claim: Claim): Promise<void> {
    await this.#database.query(
      `update idempotency_keys set locked_until = now() + $4 * interval '1 second' where owner = $1 and key = $2 and claim = $3`,
      [claim.owner, claim.key, claim.id, CLAIM_SECONDS],
    );
  }

  /**
   * Binds a key to its answer, in the transaction that commits the call's rows.
   *
   * @returns false when the claim was lost to another call meanwhile; then the transaction must not commit
   */
  async complete(claim: Claim, fingerprint: string, answer: unknown, sql: Sql): Promise<boolean> {
    const rows = await sql.query(
      `update idempotency_keys set fingerprint = $4, answer = $5 where owner = $1 and key = $2 and claim = $3 returning 1`,
      [claim.owner, claim.key, claim.id, fingerprint, JSON.stringify(answer)],
    );
    return rows.length > 0;
  }

  /** Frees a key whose call failed or was cut off. */
  async release(claim: Claim): Promise<void> {
    await this.#database.query(
      'delete from idempotency_keys where owner = $1 and key = $2 and claim = $3 and answer is null',
      [claim.owner, claim.key, claim.id],
    );
  }
}
