import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { services } from '@darkroom/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useEmulator } from '../test/use-emulator.js';
import { main } from './main.js';

/** Built by `tsc -b`, which `npm test` runs first. Each command line is a separate process. */
const MAIN = join(import.meta.dirname, '../main.mjs');
const ROOT = join(import.meta.dirname, '../..');

describe.skipIf(!services().moto)('the commands', () => {
  const emulator = useEmulator();

  function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const env = { ...emulator().environment(), HOME: '/nonexistent' };
      const child = execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
      child.stdin?.end();
    });
  }

  /** Runs a command in this process, answers for the load balancer, and returns the requests that it got. */
  async function requestsOf(...args: string[]): Promise<string[]> {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (url: string, { method = 'GET' }: RequestInit) => {
      asked.push(`${method} ${new URL(url).pathname}`);
      const image = { id: 'one', status: 'ready' };
      return Promise.resolve(Response.json({ ...image, items: [image] }));
    });
    const environment = emulator().environment();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const streams = { input, output, errors };
    const { signal } = new AbortController();
    expect(await main({ ...streams, environment, root: ROOT, arguments: args, signal })).toBe(0);
    return asked;
  }
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.unstubAllEnvs();
  });

  it(
    'plan, create, show and delete a stack, with the exit codes of the manual',
    { timeout: 240_000 },
    async () => {
      const plan = await run('provision', '--plan', '--json');
      expect(plan.code).toBe(2);
      expect(JSON.parse(plan.stdout)).toMatchObject({
        stack: { name: 'demo', account: emulator().account },
        prices: { region: 'us-east-1', currency: 'USD' },
        rows: expect.arrayContaining([expect.objectContaining({ key: 'alb', action: 'create' })]) as unknown,
      });

      const unasked = await run('provision');
      expect(unasked).toMatchObject({ code: 1, stdout: '' });
      expect(unasked.stderr).toContain('Repeat the command with --yes');

      const made = await run('provision', '--yes', '--no-wait');
      expect(made.stderr).toContain('✓ load balancer darkroom-demo-alb');
      expect(made).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^http:\/\/darkroom-demo-alb/) as string,
      });
      expect((await run('provision', '--plan')).code).toBe(0);
      const again = await run('provision', '--no-wait');
      expect(again).toMatchObject({ code: 0, stdout: made.stdout });
      expect(again.stderr).toMatch(/^Nothing to change: \d+ objects are up to date\.\n$/);

      // Nothing has changed, so no test picture waits behind the queue.
      expect(await requestsOf('provision')).toEqual(['GET /readyz']);
      expect(await requestsOf('provision', '--yes', '--allow-cidr', '192.0.2.0/24')).toEqual([
        'POST /api/images',
        'GET /api/images/one',
        'DELETE /api/images/one',
      ]);

      const status = await run('status');
      expect(status.stdout).toContain("healthy: the host passes the load balancer's health check");

      const gone = await run('teardown', '--yes', '--json');
      expect(gone.code).toBe(0);
      expect(JSON.parse(gone.stdout)).toMatchObject({ complete: true, left: [] });
      expect((await run('status')).stdout).toContain('nothing exists');
    },
  );

  it('report every missing permission and every quota that is too small before the first write', async () => {
    emulator().faults.deny('s3:CreateBucket');
    emulator().faults.deny('elasticache:CreateCacheParameterGroup');
    emulator().hosts.quotas = { 'L-1216C47A': 1, 'L-53DA6B97': 0 };
    const { code, stderr } = await run('provision', '--yes', '--no-wait');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'lacks these permissions: elasticache:CreateCacheParameterGroup, s3:CreateBucket.',
    );
    expect(stderr).toContain('(L-1216C47A) is 1; 0 in use, 2 more needed');
    expect(stderr).toContain('(L-53DA6B97) is 0; 0 in use, 1 more needed');
    expect(emulator().calls.writes).toEqual([]);
  });

  it('report what failed, what exists, what that costs, and how to continue', async () => {
    emulator().faults.deny('s3:CreateBucket');
    const { code, stderr } = await run('provision', '--yes', '--no-wait', '--skip-checks');
    expect(code).toBe(1);
    expect(stderr).toMatch(/✗ S3 bucket darkroom-demo-\S+: AWS says AccessDenied: .*s3:CreateBucket/);
    expect(stderr).toContain('Missing permissions: s3:CreateBucket.');
    expect(stderr).toContain(
      'Not tried, because something they need failed or the run was stopped: darkroom-demo-host,',
    );
    expect(stderr).toMatch(/\d+ objects exist and cost ~\$0\.0\d\d an hour: .*load balancer/);
    expect(stderr).toContain('`npm run teardown -- --stack demo --region eu-central-1` to delete them');
  });

  it('print no secrets', async () => {
    const { stdout, stderr } = await run('provision', '--yes', '--no-wait');
    const { all } = emulator().calls;
    expect(all.some(({ name }) => name === 'secretsmanager:CreateSecret')).toBe(true);
    // A secret is 32 random bytes in base64url, 43 characters.
    expect(`${stdout}${stderr}`).not.toMatch(/[\w-]{43}/);
  });
});
