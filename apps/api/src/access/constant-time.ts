import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares two secrets in constant time; their hashes have equal length. */
export function equalSecrets(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
