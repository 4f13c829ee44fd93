import { createHash } from 'node:crypto';

/**
 * A token with which AWS makes an object once, however often the call is repeated. It changes when one like it was
 * deleted: for hours AWS would answer the old token with the object that is gone.
 *
 * @param parts - what the object is, and the ids of those before it
 */
export function clientToken(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 64);
}
