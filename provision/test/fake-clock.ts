import type { Clock } from '../src/engine/wait.js';

/** Creates a clock that advances when something waits, without real time. */
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
