import type { Started } from './services.js';

export interface Source<T> {
  /** The name of the source, e.g. `Docker`. */
  name: string;
  start(): Promise<Started<T>>;
}

/**
 * Tries the sources in order and returns the first that works.
 *
 * @throws Error naming why each of them failed
 */
export async function firstThatStarts<T>(sources: Source<T>[]): Promise<Started<T>> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await source.start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reasons.push(`${source.name}: ${message.split('\n')[0]}`);
    }
  }
  throw new Error(reasons.join('; '));
}
