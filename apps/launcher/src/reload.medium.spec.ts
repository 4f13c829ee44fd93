import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileLauncher, Workplace } from './testing/launched.js';

beforeAll(compileLauncher);

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.create();
});
afterEach(() => place.remove());

describe('--reload', () => {
  it('restarts only the service whose program changed, and stops everything at the end', async () => {
    const launcher = await place.launch({}, {}, ['--reload']);
    await launcher.ready();
    const [api, worker] = [await place.stubReport('api'), await place.stubReport('worker')];
    await appendFile(path.join(place.folder, 'api-stub.mjs'), '// another one\n');
    await launcher.prints(/^api: Restarting /m);
    // The restarted service may be writing its report while the test reads it.
    while ((await place.stubReport('api').catch(() => api)).pid === api.pid) await pause(50);
    expect(await place.ends()).toContain('api SIGTERM');
    expect((await place.stubReport('worker')).pid).toBe(worker.pid);
    launcher.signal('SIGTERM');
    expect(await launcher.exit).toBe(0);
    await place.allEnded();
  });

  it('shows the stack of a service that ends, and waits for the next change', async () => {
    const launcher = await place.launch({}, {}, ['--reload']);
    await launcher.ready();
    await appendFile(path.join(place.folder, 'api-stub.mjs'), "throw new RangeError('out of focus');\n");
    await launcher.prints(/^api: RangeError: out of focus$/m);
    await launcher.prints(/^api: +at .*api-stub\.mjs/m);
    await launcher.prints(/^api: Failed running .* Waiting for file changes/m);
    launcher.signal('SIGTERM');
    expect(await launcher.exit).toBe(0);
    await place.allEnded();
  });
});
