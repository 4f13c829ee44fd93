import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.js';
import { realClock, retry, waitFor } from './wait.js';

describe('waitFor', () => {
  it('ends with the first answer', async () => {
    let asked = 0;
    const poll = () => Promise.resolve((asked += 1) === 5 ? 'there' : undefined);
    await expect(waitFor(fakeClock(), { poll, what: () => 'it', limitSeconds: 60 })).resolves.toBe('there');
    expect(asked).toBe(5);
  });

  it('fails at its limit, with what it still waited for', async () => {
    const clock = fakeClock();
    let asked = 0;
    const poll = () => {
      asked += 1;
      return Promise.resolve(undefined);
    };
    const waiting = waitFor(clock, { poll, what: () => `the ${asked}th answer`, limitSeconds: 100 });
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    await expect(waiting).rejects.toThrow(new RegExp(`^Waited 1\\d\\d s for the ${asked}th answer`));
    // Pauses grow: there are few polls in a hundred seconds.
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

describe('retry', () => {
  const isTransient = (error: unknown) => error instanceof Error && error.message === 'not yet';

  it('continues while failures are transient', async () => {
    let tries = 0;
    const work = () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error('not yet')) : Promise.resolve('done');
    };
    await expect(retry(fakeClock(), work, { isTransient, limitSeconds: 60 })).resolves.toBe('done');
  });

  it.each([['never'], ['not yet']])('throws the last failure itself: %s', async (message) => {
    const work = () => Promise.reject(new Error(message));
    await expect(retry(fakeClock(), work, { isTransient, limitSeconds: 60 })).rejects.toThrow(message);
  });
});
