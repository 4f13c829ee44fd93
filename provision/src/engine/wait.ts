import { setTimeout as pause } from 'node:timers/promises';
import { ProvisionFault, isFault } from '../errors.js';

/** A clock that tests can replace, so that they do not wait. */
export interface Clock {
  /** Seconds since a fixed moment. */
  now(): number;
  pause(seconds: number): Promise<void>;
}

/**
 * Creates a clock with the time of this machine.
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
  /** Any result other than undefined ends the wait. */
  poll: () => Promise<T | undefined>;
  /** What is awaited, for the error message. */
  what: () => string;
  limitSeconds: number;
}

/**
 * Polls at growing, randomized intervals.
 *
 * @throws ProvisionFault `timeout` with what did not happen
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
    // Half of it is random, so that many waits for one thing do not poll at the same moment.
    await clock.pause(interval * (0.5 + Math.random() / 2));
  }
}

/**
 * Retries something while it fails with a transient error.
 *
 * @throws the last error if it is not transient, or if the limit is reached
 */
export async function retry<T>(
  clock: Clock,
  work: () => Promise<T>,
  { isTransient, limitSeconds }: { isTransient: (error: unknown) => boolean; limitSeconds: number },
): Promise<T> {
  let last: unknown;
  try {
    const done = await waitFor(clock, {
      poll: async () => {
        try {
          return { value: await work() };
        } catch (error) {
          if (!isTransient(error)) throw error;
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

/** Polls a condition. False if it does not become true within the limit. */
export async function becomesTrue(
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
