/** Milliseconds before the first retry; each further retry doubles it. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Milliseconds to wait before the next retry.
 *
 * @param tries - number of failed tries, from 1
 * @param retryAfter - seconds that the server asked for
 * @param random - from 0 to 1, so that browsers that lost the same server do not all return at once
 */
export function backoff(tries: number, retryAfter: number | null, random: number): number {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries - 1, 10));
  const spread = wait * (0.75 + random / 2);
  return Math.max(spread, (retryAfter ?? 0) * 1000);
}
