import { comparePolicy } from '@darkroom/aws-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/status/status.js';
import type { Release } from '../../src/context.js';
import { hostPolicy } from '../../src/resources/host/host-policy.js';
import { HostedStack, START_LIMIT, TEST_LIMIT, missingForHost } from './hosted-stack.js';

const missing = await missingForHost();
if (missing !== undefined) throw new Error(missing);

const failing = (word: string) => `CMD ["node", "-e", "console.error('${word}'); process.exit(1)"]`;

// `npm run releases`: deployments on a running host. Each test continues with the state of the one before.
describe('releases on a host', { timeout: TEST_LIMIT }, () => {
  let stack: HostedStack;
  let release: Release;
  const kept: string[] = [];

  beforeAll(async () => {
    stack = await HostedStack.start();
    release = await stack.release({});
    expect(await stack.provision(release)).toEqual([]);
    kept.push(await stack.upload('first.jpg'));
  }, START_LIMIT);
  afterAll(() => stack?.stop(), START_LIMIT);

  async function expectKept(): Promise<void> {
    for (const id of kept) expect(await stack.finished(id)).toMatchObject({ status: 'ready' });
  }

  it('keep the database and the uploads in flight', async () => {
    // As if the first script had been interrupted: it runs again.
    await stack.host.run(['rm /etc/darkroom/ready /usr/local/sbin/darkroom-deploy']);
    const uploads = Array.from({ length: 8 }, (_, at) => stack.upload(`flight-${at}.jpg`));
    kept.push(...(await Promise.all(uploads)));
    release = await stack.release({ api: 'LABEL release=second' });
    expect(await stack.provision(release)).toEqual([]);
    await expectKept();
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('are rejected without a failed request if the api cannot run', async () => {
    const broken = await stack.release({ api: failing('no api today') });
    const answers = stack.watch('/api/images?limit=1');
    const [failure = ''] = await stack.provision(broken);
    expect(await answers.stop()).toEqual(new Set([200]));
    expect(failure).toContain('no api today');
    expect(failure).toContain(`release ${broken.hash} did not become healthy (api: exited)`);
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('are rolled back if they do not become healthy, and their log is reported', async () => {
    const broken = await stack.release({ worker: failing('no worker today') });
    const [failure = ''] = await stack.provision(broken);
    expect(failure).toContain('no worker today');
    expect(failure).toMatch(new RegExp(`release ${broken.hash} did not become healthy \\(.*worker`));
    expect(failure).toContain(`rolled back to release ${release.hash}`);
    kept.push(await stack.upload('after.jpg'));
    await expectKept();
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('restore the dumped database on a new host', async () => {
    const { exitCode, stderr = '' } = await stack.host.run([
      'bash "/opt/darkroom/releases/$(cat /opt/darkroom/running)/provision/host/backup.sh"',
      // Reset the host to the state of a new one with a new volume.
      'docker ps --all --quiet | xargs docker rm --force --volumes >/dev/null',
      'docker volume rm darkroom_database >/dev/null',
      'rm -r /opt/darkroom/running /var/lib/darkroom/begun /var/lib/darkroom/database/*',
    ]);
    expect(`${exitCode} ${stderr}`).toMatch(/^0/);
    expect(await stack.keys('backups/')).toEqual(['backups/catalogue.dump']);
    release = await stack.release({ api: 'LABEL release=third' });
    expect(await stack.provision(release)).toEqual([]);
    await expectKept();
  });

  it('make only calls that the role of the host allows', () => {
    const calls = stack.emulator.calls.all.filter(({ principal }) => principal === 'host');
    expect(comparePolicy(hostPolicy(stack.context.stack), calls).missing).toEqual([]);
  });
});
