import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { silence } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { useEmulator } from '../../test/use-emulator.js';

/** As built by `tsc -b`, which `npm test` does first. */
const MAIN = join(import.meta.dirname, '../../main.mjs');
/** A call between the first write and the last. */
const CALL = 150;

describe.skipIf(!services().moto)('a command that is killed', () => {
  const emulator = useEmulator();

  function start(...args: string[]) {
    const env = { ...emulator().environment(), HOME: '/nonexistent' };
    return execFile(process.execPath, [MAIN, 'provision', ...args], { env });
  }

  it('in the middle of its calls leaves a stack that the next run finishes at once', async () => {
    emulator().faults.add({ from: CALL, give: silence() });
    const killed = start('--yes', '--no-wait');
    await emulator().calls.reached(CALL);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(emulator().calls.writes.some(({ tookEffect }) => tookEffect)).toBe(true);
    emulator().faults.clear();

    // The lock does not block the next run, because the process that held it is dead.
    expect(await once(start('--yes', '--no-wait'), 'exit')).toEqual([0, null]);
    expect(await once(start('--plan'), 'exit')).toEqual([0, null]);
  });
});
