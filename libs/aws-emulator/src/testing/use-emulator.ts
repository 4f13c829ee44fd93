import { services } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connect } from './connect.js';
import type { Pace } from '../pace.js';
import { startEmulator, type Emulator } from '../start-emulator.js';

/**
 * Starts an emulator for the tests of a file, with a new, empty account for each test.
 *
 * @returns a function that returns it while the tests run
 */
export function useEmulator(pace: Partial<Pace> = {}): () => Emulator {
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    emulator = await startEmulator({ moto: services().moto?.endpoint ?? '', pace });
  });
  beforeEach(() => emulator?.reset());
  afterAll(() => emulator?.stop());
  return () => {
    if (emulator === undefined) throw new Error('the emulator is available only in tests and hooks');
    return emulator;
  };
}

/** Creates clients of the operator for each test, because a reset changes the keys. */
export function useClients(emulator: () => Emulator): () => ReturnType<typeof connect> {
  let clients: ReturnType<typeof connect> | undefined;
  beforeEach(() => {
    clients = connect(emulator());
  });
  return () => {
    if (clients === undefined) throw new Error('the clients are available only in tests');
    return clients;
  };
}
