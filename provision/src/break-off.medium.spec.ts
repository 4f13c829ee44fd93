import { STEPWISE } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { breakOffAtWrites } from '../test/break-off.js';
import { useEmulator } from '../test/use-emulator.js';
import { changesLeft, runProvision, runTeardown } from '../test/whole-run.js';

// test/resource-suite.ts interrupts every write of every resource, and `npm run break-off` every call of a whole run.
describe.skipIf(!services().moto)('a stack', () => {
  const emulator = useEmulator(STEPWISE);

  it(
    'is created and deleted by runs that each end at their tenth write or earlier',
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
