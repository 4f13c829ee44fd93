/** Milliseconds before the second try; doubled at each further one. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Milliseconds to wait before the next try.
 *
 * @param tries - tries that have failed, from 1
 * @param retryAfter - seconds that the server asked for
 * @param random - from 0 to 1: browsers that lost the same server are not to come back all at once
 */
export function backoff(tries: number, retryAfter: number | null, random: number): number {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries - 1, 10));
  const spread = wait * (0.75 + random / 2);
  return Math.max(spread, (retryAfter ?? 0) * 1000);
}
