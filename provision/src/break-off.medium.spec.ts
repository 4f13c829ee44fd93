import { STEPWISE } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { breakOffAtWrites } from '../test/break-off.js';
import { useEmulator } from '../test/use-emulator.js';
import { changesLeft, runProvision, runTeardown } from '../test/whole-run.js';

// Every write of every resource: test/resource-suite.ts. Every call of the whole, in turn: `npm run break-off`.
describe.skipIf(!services().moto)('a stack that is broken off', () => {
  const emulator = useEmulator(STEPWISE);

  it(
    'is finished, and removed, by runs that each end at their tenth write',
    { timeout: 300_000 },
    async () => {
      const made = await breakOffAtWrites(emulator(), 10, () => runProvision(emulator()));
      expect(made.length).toBeGreaterThan(4);
      expect(await changesLeft(emulator())).toEqual([]);

      const removed = await breakOffAtWrites(emulator(), 8, () => runTeardown(emulator()));
      expect(removed.length).toBeGreaterThan(2);
      expect(await runTeardown(emulator())).toMatchObject({ deleted: [], left: [], complete: true });
    },
  );
});
