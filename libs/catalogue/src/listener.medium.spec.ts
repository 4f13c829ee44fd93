import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, Listener } from './listener.js';
import { createNewImage } from './testing/create-new-image.js';
import { openTestCatalogue, terminate, type TestCatalogue } from './testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

let current: Listener | undefined;
afterEach(() => current?.close());

/** A listener whose wake-ups are counted. */
function listen(channels: Channel[]) {
  const woken: Channel[] = [];
  const errors: unknown[] = [];
  const listener = test.catalogue.listen(
    channels,
    (channel) => woken.push(channel),
    (error) => errors.push(error),
  );
  current = listener;
  return { woken, errors, listener };
}

/** Waits until this many wake-ups have happened in total. */
async function wakes(woken: Channel[], count: number): Promise<void> {
  await expect.poll(() => woken.length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(count);
}

describe('a listener', () => {
  it('wakes once for every channel when it is connected', async () => {
    const { woken } = listen(['darkroom_changes', 'darkroom_sessions']);
    await wakes(woken, 2);
    expect(woken).toEqual(['darkroom_changes', 'darkroom_sessions']);
  });

  it('wakes at each change of an image, and not for a statement that changed nothing', async () => {
    const { woken } = listen(['darkroom_changes']);
    await wakes(woken, 1);
    const { images, processing, reconciling } = test.catalogue;
    const image = createNewImage();
    const steps: (() => Promise<unknown>)[] = [
      () => images.insert([image]),
      () => processing.start(image.id, 1),
      () => images.update('ada', image.id, { title: 'x' }),
      () => images.delete('ada', image.id),
    ];
    for (const [index, step] of steps.entries()) {
      await step();
      await wakes(woken, index + 2);
    }
    await reconciling.deleteExpired([image.id]);
    await processing.handBack(image.id, 1);
    // Notifications arrive in the order of their commits: this one proves that those before it sent none.
    await images.insert([createNewImage(), createNewImage(), createNewImage()]);
    await wakes(woken, 6);
    expect(woken).toEqual(Array.from({ length: 6 }, () => 'darkroom_changes'));
  });

  it('wakes when a session ends', async () => {
    const { woken } = listen(['darkroom_sessions']);
    await wakes(woken, 1);
    const id = await test.catalogue.sessions.create('ada', [], 60);
    await test.catalogue.sessions.end(id);
    await wakes(woken, 2);
    expect(woken).toEqual(['darkroom_sessions', 'darkroom_sessions']);
  });

  it('reconnects when its connection is killed, and wakes for what it may have missed', async () => {
    const { woken, errors } = listen(['darkroom_changes']);
    await wakes(woken, 1);
    for (let round = 1; round <= 2; round += 1) {
      const before = woken.length;
      expect(await terminate(test.sql, 'darkroom-listener')).toBe(1);
      await wakes(woken, before + 1);
      expect(errors.length).toBe(round);
      await test.catalogue.images.insert([createNewImage()]);
      await wakes(woken, before + 2);
    }
  });

  it('closed while it connects, does not wake and leaves no connection', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { woken, errors, listener } = listen(['darkroom_changes']);
      // Each time a little later in its start.
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      await listener.close();
      const atClose = woken.length;
      await test.catalogue.images.insert([createNewImage()]);
      expect(woken.length).toBe(atClose);
      expect(errors).toEqual([]);
    }
    const connections = async () => {
      const { rows } = await test.sql.query(
        `select from pg_stat_activity where application_name = 'darkroom-listener' and datname = current_database()`,
      );
      return rows.length;
    };
    await expect.poll(connections).toBe(0);
  });

  it('closed from inside a wake-up, does not wake again', async () => {
    const woken: Channel[] = [];
    const closed = new Promise<void>((resolve, reject) => {
      const listener = test.catalogue.listen(['darkroom_changes', 'darkroom_sessions'], (channel) => {
        woken.push(channel);
        listener.close().then(resolve, reject);
      });
    });
    await closed;
    expect(woken).toEqual(['darkroom_changes']);
  });

  it('keeps trying while the database is down, and can be closed meanwhile', async () => {
    const tries: unknown[] = [];
    const server = await new Promise<Server>((resolve) => {
      const closing = createServer((socket) => socket.destroy());
      closing.listen(0, '127.0.0.1', () => resolve(closing));
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const listener = new Listener({
      database: { url: `postgres://darkroom:x@127.0.0.1:${port}/darkroom` },
      channels: ['darkroom_changes'],
      onWake: () => expect.unreachable(),
      onError: (error) => tries.push(error),
    });
    current = listener;
    await expect.poll(() => tries.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    await listener.close();
    const atClose = tries.length;
    await new Promise((resolve) => server.close(resolve));
    expect(tries.length).toBe(atClose);
  });
});
