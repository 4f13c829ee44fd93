import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { services } from '@darkroom/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../test/bench.js';
import { useEmulator } from '../test/use-emulator.js';
import { bundleTeardown } from '../test/bundle-teardown.js';
import { listResources } from './engine/profile.js';
import { stackResources } from './stack-resources.js';

const run = promisify(execFile);

describe.skipIf(!services().moto)('teardown, bundled into one file', () => {
  const emulator = useEmulator();
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-bundle-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('deletes a stack without any installed package, given credentials, name and region', async () => {
    const { context, run: steps } = await createBench(emulator());
    await ensureAll(listResources(stackResources(context)), steps);
    const file = join(folder, 'teardown.mjs');
    await bundleTeardown(file);
    expect((await stat(file)).size).toBeLessThan(8_000_000);

    const { endpoint, region } = emulator();
    const options = { stack: 'demo', region, endpoint, credentials: emulator().credentials() };
    const program = `
      const { teardown } = await import(${JSON.stringify(file)});
      console.log(JSON.stringify(await teardown(${JSON.stringify(options)})));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
      env: {},
    });
    expect(JSON.parse(stdout)).toMatchObject({ stack: 'demo', failed: [], left: [], complete: true });
  });
});
