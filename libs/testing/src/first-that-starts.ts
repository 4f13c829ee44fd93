import type { Started } from './services.js';

export interface Way<T> {
  /** The name of the source, e.g. `Docker`. */
  name: string;
  start(): Promise<Started<T>>;
}

/**
 * Tries the sources in order and returns the first that works.
 *
 * @throws Error naming why each of them failed
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
