import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '@darkroom/errors';

/** Milliseconds. */
const SECOND_TRY_DELAY = 100;

/**
 * Waits for the broker's answer for a limited time. The broker may still carry the command out afterwards.
 *
 * @param limit - milliseconds
 * @throws unavailable when the broker fails or does not answer in time
 */
export async function within<T>(limit: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    throw unavailable('the queue', cause);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until `promise` has settled, either way, or the time is up.
 *
 * @param limit - milliseconds
 * @returns whether it has settled
 */
export async function settles(promise: Promise<unknown>, limit: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([settled, late]);
  clearTimeout(timer);
  return result;
}

/**
 * Runs an idempotent call, and once more when it fails: a connection that broke while idle shows it only at the next use.
 */
export async function withSecondTry<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch {
    await delay(SECOND_TRY_DELAY);
    return ask();
  }
}
