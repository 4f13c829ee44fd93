import { services } from '@darkroom/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connect } from './connect.js';
import type { Pace } from '../pace.js';
import { startEmulator, type Emulator } from '../start-emulator.js';

/**
 * An emulator for the tests of a file, with a new, empty account for each.
 *
 * @returns what gives it, once the tests run
 */
export function useEmulator(pace: Partial<Pace> = {}): () => Emulator {
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    emulator = await startEmulator({ moto: services().moto?.endpoint ?? '', pace });
  });
  beforeEach(() => emulator?.reset());
  afterAll(() => emulator?.stop());
  return () => {
    if (emulator === undefined) throw new Error('the emulator is there for tests and hooks alone');
    return emulator;
  };
}

/** Clients of the operator of that emulator, whose keys are others after each reset. */
export function useClients(emulator: () => Emulator): () => ReturnType<typeof connect> {
  let clients: ReturnType<typeof connect> | undefined;
  beforeEach(() => {
    clients = connect(emulator());
  });
  return () => {
    if (clients === undefined) throw new Error('the clients are there for tests alone');
    return clients;
  };
}
