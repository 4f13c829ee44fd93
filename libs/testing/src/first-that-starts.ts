import type { Started } from './services.js';

export interface Way<T> {
  /** How it is had, in words, e.g. `Docker`. */
  name: string;
  start(): Promise<Started<T>>;
}

/**
 * Tries one way after the other and takes the first that works.
 *
 * @throws Error naming why each one did not
 */
export async function firstThatStarts<T>(ways: Way<T>[]): Promise<Started<T>> {
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      return await way.start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reasons.push(`${way.name}: ${message.split('\n')[0]}`);
    }
  }
  throw new Error(reasons.join('; '));
}
