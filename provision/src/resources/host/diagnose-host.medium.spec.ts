import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../../test/bench.js';
import { useEmulator } from '../../../test/use-emulator.js';
import { listResources } from '../../engine/profile.js';
import { getSeen } from '../../engine/resource.js';
import { stackResources } from '../../stack-resources.js';
import { diagnoseHost } from './diagnose-host.js';

describe.skipIf(!services().moto)('a host that does not become healthy', () => {
  const emulator = useEmulator();

  async function launched() {
    const { context, run } = await createBench(emulator());
    const resources = stackResources(context);
    const all = listResources(resources);
    await ensureAll(all.slice(0, all.indexOf(resources.host) + 1), run);
    return { context, host: getSeen(resources.host) };
  }

  it('reports its boot log and its containers when it answers', async () => {
    const { context, host } = await launched();
    emulator().hosts.runCommand = () => ({ exitCode: 0, stdout: 'darkroom-api-1: Restarting (1)\n' });
    expect(await diagnoseHost(context, host.id)).toBe(
      `Report from ${host.id}:\n  darkroom-api-1: Restarting (1)`,
    );
  });

  it('shows the end of its console when it does not answer', async () => {
    const { context, host } = await launched();
    emulator().pace.agentRegistering = 1000;
    const boot = Array.from({ length: 50 }, (_, at) => `cloud-init: line ${at}`);
    emulator().hosts.consoleOutput = `${boot.join('\r\n')}\r\nE: Unable to locate package docker.io\r\n`;
    emulator().hosts.runCommand = () => Promise.reject(new Error('no answer'));
    const text = await diagnoseHost(context, host.id);
    expect(text).toMatch(new RegExp(`^Last lines of the console of ${host.id}:\n  cloud-init: line 21\n`));
    expect(text).toMatch(/\n {2}E: Unable to locate package docker\.io$/);
  });
});
