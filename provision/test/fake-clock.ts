import type { Clock } from '../src/engine/wait.js';

/** A clock that goes forward when somebody waits, and takes no time. */
export function fakeClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    pause: (seconds) => {
      now += seconds;
      return Promise.resolve();
    },
  };
}
