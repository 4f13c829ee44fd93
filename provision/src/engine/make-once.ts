import { createHash } from 'node:crypto';
import { isIdempotencyMismatch } from '../aws/aws-errors.js';
import { CONSISTENCY_LIMIT } from './run.js';
import { comesWithin, type Clock } from './wait.js';

/** How often another token is tried: the first belongs to an object that is gone, seldom a second one too. */
const TOKENS = 3;

export interface MakeOnce {
  clock: Clock;
  /** What the object is, and ids that are others when it is made another time. */
  parts: readonly string[];
  make: (token: string) => Promise<unknown>;
  isThere: () => Promise<boolean>;
}

/**
 * Makes an object that AWS would make again at every call, under a token that repeats: a run that is broken off before
 * it hears of what it made, and the next one that does not see it yet, make one object.
 *
 * For hours AWS answers a token with what was made under it, be that deleted or asked for with other settings. When
 * nothing is to be seen although everybody knows of it by now, it was deleted, and another token is taken.
 */
export async function makeOnce({ clock, parts, make, isThere }: MakeOnce): Promise<void> {
  for (let attempt = 0; attempt < TOKENS; attempt += 1) {
    await make(clientToken(...parts, String(attempt))).catch((error: unknown) => {
      if (!isIdempotencyMismatch(error)) throw error;
    });
    if (await comesWithin(clock, CONSISTENCY_LIMIT, isThere)) return;
  }
}

/** At most 64 characters of ASCII. */
function clientToken(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}
