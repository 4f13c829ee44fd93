import { createHash } from 'node:crypto';
import { isIdempotencyMismatch } from '../aws/aws-errors.js';
import { CONSISTENCY_LIMIT } from './run.js';
import { becomesTrue, type Clock } from './wait.js';

/** Tokens to try. The first may belong to a deleted object; rarely the second does too. */
const TOKENS = 3;

export interface MakeOnce {
  clock: Clock;
  /** Identify the object, with ids that change when it must be created again. */
  parts: readonly string[];
  make: (token: string) => Promise<unknown>;
  isThere: () => Promise<boolean>;
}

/**
 * Creates an object that AWS would create again at every call. The client token is the same in every run. So an
 * interrupted run and the next one, which may not see the object yet, create only one.
 *
 * For hours, AWS answers a token with the object created under it, even if that object was deleted or had other
 * settings. If the object is still not visible after the consistency limit, it was deleted, and the next token is
 * tried.
 */
export async function makeOnce({ clock, parts, make, isThere }: MakeOnce): Promise<void> {
  for (let attempt = 0; attempt < TOKENS; attempt += 1) {
    await make(clientToken(...parts, String(attempt))).catch((error: unknown) => {
      if (!isIdempotencyMismatch(error)) throw error;
    });
    if (await becomesTrue(clock, CONSISTENCY_LIMIT, isThere)) return;
  }
}

/** At most 64 characters of ASCII. */
function clientToken(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}
