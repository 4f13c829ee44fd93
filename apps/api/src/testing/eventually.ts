import { setTimeout as pause } from 'node:timers/promises';

/** Polls until the value is as expected. @throws Error with the last value after 20 seconds */
export async function eventually<T>(look: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const value = await look();
    if (isThere(value)) return value;
    if (tries === 400) throw new Error(`still ${JSON.stringify(value)}`);
    await pause(50);
  }
}
