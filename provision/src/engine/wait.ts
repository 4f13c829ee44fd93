import { setTimeout as pause } from 'node:timers/promises';
import { ProvisionFault, isFault } from '../errors.js';

/** Time, so that tests need not spend it. */
export interface Clock {
  /** Seconds since some moment. */
  now(): number;
  pause(seconds: number): Promise<void>;
}

/**
 * The time of this machine.
 *
 * @param signal - ends a pause at once, with a `cancelled` fault
 */
export function realClock(signal?: AbortSignal): Clock {
  return {
    now: () => performance.now() / 1000,
    pause: async (seconds) => {
      try {
        await pause(seconds * 1000, undefined, signal && { signal });
      } catch (error) {
        throw new ProvisionFault('cancelled', 'Stopped while waiting.', error);
      }
    },
  };
}

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 15;

export interface Wait<T> {
  /** Asks; anything but undefined ends the wait. */
  poll: () => Promise<T | undefined>;
  /** What is waited for, for the person who sees it fail. */
  what: () => string;
  limitSeconds: number;
}

/**
 * Asks again and again, at growing and uneven intervals.
 *
 * @throws ProvisionFault `timeout` naming what did not come
 */
export async function waitFor<T>(clock: Clock, { poll, what, limitSeconds }: Wait<T>): Promise<T> {
  const began = clock.now();
  for (let interval = FIRST_PAUSE; ; interval = Math.min(interval * 1.5, LONGEST_PAUSE)) {
    const answer = await poll();
    if (answer !== undefined) return answer;
    const waited = clock.now() - began;
    if (waited >= limitSeconds) {
      throw new ProvisionFault('timeout', `Waited ${Math.round(waited)} s for ${what()}.`);
    }
    // Half of it by chance: many that wait for one thing do not ask all at once.
    await clock.pause(interval * (0.5 + Math.random() / 2));
  }
}

/**
 * Tries something again for as long as it fails in a way that passes.
 *
 * @param passing - tells such failures
 * @throws the last error itself, when it does not pass within the limit
 */
export async function persist<T>(
  clock: Clock,
  work: () => Promise<T>,
  { passing, limitSeconds }: { passing: (error: unknown) => boolean; limitSeconds: number },
): Promise<T> {
  let last: unknown;
  try {
    const done = await waitFor(clock, {
      poll: async () => {
        try {
          return { value: await work() };
        } catch (error) {
          if (!passing(error)) throw error;
          last = error;
          return undefined;
        }
      },
      what: () => 'a call to succeed',
      limitSeconds,
    });
    return done.value;
  } catch (error) {
    throw error instanceof ProvisionFault && error.code === 'timeout' ? last : error;
  }
}

/** Tells whether something comes true within so many seconds. */
export async function comesWithin(
  clock: Clock,
  limitSeconds: number,
  isTrue: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await waitFor(clock, {
      poll: async () => ((await isTrue()) ? true : undefined),
      what: () => 'it',
      limitSeconds,
    });
  } catch (error) {
    if (isFault(error, 'timeout')) return false;
    throw error;
  }
}
