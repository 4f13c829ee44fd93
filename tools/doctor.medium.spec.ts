import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Report {
  ready: boolean;
  things: { id: string; state: string; detail: string; get: { debian: string; macos: string } }[];
  uses: { id: string; command: string; state: string; stoppedBy: string[]; without: string[] }[];
}

let folder: string;
let bin: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-doctor-'));
  bin = join(folder, 'bin');
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts a program on the PATH that prints a fixed text. */
async function install(name: string, prints: string, exitCode = 0): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\necho '${prints}'\nexit ${exitCode}\n`, { mode: 0o755 });
}

/** Runs the doctor with only the programs in `bin` on the PATH. */
function runDoctor(args: string[] = [], env: Record<string, string> = {}, root = ROOT) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/doctor.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: bin, HOME: folder, ...env },
  });
  return { code: status, stdout, stderr };
}

function report(env: Record<string, string> = {}, root = ROOT): Report & { code: number | null } {
  const { code, stdout } = runDoctor(['--json'], env, root);
  return { ...(JSON.parse(stdout) as Report), code };
}

const thing = ({ things }: Report, id: string) => things.find((one) => one.id === id);
const use = ({ uses }: Report, id: string) => uses.find((one) => one.id === id);

describe('npm run doctor', () => {
  it('exits with 1 without npm, and names npm for each command', () => {
    const bare = report();
    expect(bare).toMatchObject({ code: 1, ready: false });
    expect(thing(bare, 'npm')?.state).toBe('missing');
    for (const id of ['start', 'unit', 'medium', 'bench']) expect(use(bare, id)?.stoppedBy).toContain('npm');
    expect(use(bare, 'compose')?.stoppedBy).toEqual(['docker', 'compose', 'buildx']);
  });

  it('exits with 0 when npm start and the unit tests can run', async () => {
    await install('npm', '11.1.0');
    const little = report();
    expect(little).toMatchObject({ code: 0, ready: true });
    expect(use(little, 'unit')).toMatchObject({ state: 'found', stoppedBy: [], without: [] });
    expect(use(little, 'medium')?.without).toEqual(['docker', 'compose', 'redis', 's3', 'nginx', 'moto']);
    expect(use(little, 'e2e')?.without).toContain('chromium');
    expect(use(little, 'provision')?.stoppedBy).toEqual(['aws-credentials']);
  });

  it('finds programs on the PATH, except those that fail or are too old', async () => {
    await install('nginx', 'nginx version: nginx/1.26.3');
    await install('redis-server', 'broken', 1);
    await install('chrome', 'Google Chrome 140.0.1');
    await install('docker', '24.0.7');
    const machine = report();
    expect(thing(machine, 'nginx')?.detail).toBe(`1.26.3, ${join(bin, 'nginx')}`);
    expect(thing(machine, 'chromium')?.state).toBe('found');
    expect(thing(machine, 'docker')).toMatchObject({
      state: 'missing',
      detail: '24.0.7, but 25 or newer is needed',
    });
    expect(thing(machine, 'redis')).toMatchObject({ state: 'missing' });
    await install('docker', '28.3.0');
    expect(use(report(), 'compose')).toMatchObject({ state: 'found' });
  });

  it('gives an installation command for everything, for Debian and macOS', () => {
    const commands = report().things.flatMap(({ get }) => [get.debian, get.macos]);
    expect(commands.filter((command) => command.trim() === '')).toEqual([]);
  });

  it('reports where AWS credentials are, and never prints them', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAFORTHETEST', AWS_SECRET_ACCESS_KEY: 'the-secret-of-the-test' };
    const machine = report({ ...keys, AWS_REGION: 'eu-central-1' });
    expect(thing(machine, 'aws-credentials')).toMatchObject({ state: 'found', detail: 'in the environment' });
    expect(thing(machine, 'aws-region')?.detail).toContain('eu-central-1');
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = runDoctor(args, keys);
      expect(stdout + stderr).not.toMatch(/AKIAFORTHETEST|the-secret-of-the-test/);
    }
  });

  it('reports a port that is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const busy = report({ DARKROOM_PORT: String(port) });
    expect(thing(busy, 'port')).toMatchObject({
      state: 'optional',
      detail: expect.stringContaining('in use'),
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('prints a table with marks, versions, and commands for missing programs', async () => {
    await install('npm', '11.1.0');
    const { code, stdout } = runDoctor();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ npm +11\.1\.0/m);
    expect(stdout).toMatch(/^– nginx +nginx: not on the PATH\n +→ \S/m);
    expect(stdout).toMatch(
      /^✗ docker compose up +needs Docker Engine 25 or newer; Docker Compose 2.24 or newer; Docker Buildx$/m,
    );
    expect(stdout).toMatch(/npm start and the unit tests can run\.\n$/);
  });

  it('refuses an unknown option', () => {
    expect(runDoctor(['--jsno'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('"--jsno"'),
    });
  });
});

it('runs before the packages are installed', async () => {
  await install('npm', '11.1.0');
  const checkout = join(folder, 'checkout');
  for (const part of [
    'tools/doctor.mjs',
    'tools/doctor',
    'tools/bootstrap/installed-packages.mjs',
    'package-lock.json',
  ]) {
    await mkdir(dirname(join(checkout, part)), { recursive: true });
    await cp(join(ROOT, part), join(checkout, part), { recursive: true });
  }
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  // On macOS and Windows, temporary folders can be behind links. The report must be the same.
  await symlink(checkout, join(folder, 'link'));
  const fresh = report({}, join(folder, 'link'));
  expect(fresh).toMatchObject({ code: 0, ready: true });
  expect(thing(fresh, 'packages')?.state).toBe('optional');
  expect(thing(fresh, 'postgres')).toMatchObject({ state: 'found', detail: 'installed with the packages' });
});
