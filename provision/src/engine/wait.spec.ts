import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.js';
import { persist, realClock, waitFor } from './wait.js';

describe('a wait', () => {
  it('ends with the first answer', async () => {
    let asked = 0;
    const poll = () => Promise.resolve((asked += 1) === 5 ? 'there' : undefined);
    await expect(waitFor(fakeClock(), { poll, what: () => 'it', limitSeconds: 60 })).resolves.toBe('there');
    expect(asked).toBe(5);
  });

  it('says at its limit what did not come, in the words of that moment', async () => {
    const clock = fakeClock();
    let asked = 0;
    const poll = () => {
      asked += 1;
      return Promise.resolve(undefined);
    };
    const waiting = waitFor(clock, { poll, what: () => `the ${asked}th answer`, limitSeconds: 100 });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    await expect(waiting).rejects.toThrow(new RegExp(`^Waited 1\\d\\d s for the ${asked}th answer`));
    // Growing pauses: a hundred seconds are few questions.
    expect(asked).toBeLessThan(25);
  });

  it('ends at Ctrl-C', async () => {
    const stop = new AbortController();
    const poll = () => {
      stop.abort();
      return Promise.resolve(undefined);
    };
    const waiting = waitFor(realClock(stop.signal), { poll, what: () => 'it', limitSeconds: 60 });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('trying again', () => {
  const passing = (error: unknown) => error instanceof Error && error.message === 'not yet';

  it('goes on while a failure passes', async () => {
    let tries = 0;
    const work = () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('not yet')) : Promise.resolve('done');
    };
    await expect(persist(fakeClock(), work, { passing, limitSeconds: 60 })).resolves.toBe('done');
  });

  it.each([['never'], ['not yet']])('gives the failure itself in the end: %s', async (message) => {
    const work = () => Promise.reject(new Error(message));
    await expect(persist(fakeClock(), work, { passing, limitSeconds: 60 })).rejects.toThrow(message);
  });
});
