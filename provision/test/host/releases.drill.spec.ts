import { comparePolicy } from '@darkroom/aws-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/status/status.js';
import type { Release } from '../../src/context.js';
import { hostPolicy } from '../../src/resources/host/host-policy.js';
import { HostedStack, START_LIMIT, TEST_LIMIT, missingForHost } from './hosted-stack.js';

const missing = await missingForHost();
if (missing !== undefined) throw new Error(missing);

const failing = (word: string) => `CMD ["node", "-e", "console.error('${word}'); process.exit(1)"]`;

// `npm run releases`: what becomes of a host that has been brought up (user-data.medium.spec.ts), one test after the other.
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

  it('a new release keeps the database and the uploads in flight', async () => {
    // As if its first script had been broken off: it is run again.
    await stack.host.run(['rm /etc/darkroom/ready /usr/local/sbin/darkroom-deploy']);
    const uploads = Array.from({ length: 8 }, (_, at) => stack.upload(`flight-${at}.jpg`));
    kept.push(...(await Promise.all(uploads)));
    release = await stack.release({ api: 'LABEL release=second' });
    expect(await stack.provision(release)).toEqual([]);
    await expectKept();
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('a release whose api cannot run is rejected without a failed request', async () => {
    const broken = await stack.release({ api: failing('no api today') });
    const answers = stack.watch('/api/images?limit=1');
    const [failure = ''] = await stack.provision(broken);
    expect(await answers.stop()).toEqual(new Set([200]));
    expect(failure).toContain('no api today');
    expect(failure).toContain(`release ${broken.hash} does not become healthy: its api is ended`);
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('a release that does not become healthy is rolled back, and its log is reported', async () => {
    const broken = await stack.release({ worker: failing('no worker today') });
    const [failure = ''] = await stack.provision(broken);
    expect(failure).toContain('no worker today');
    expect(failure).toMatch(new RegExp(`release ${broken.hash} does not become healthy: .*worker`));
    expect(failure).toContain(`release ${release.hash} is back`);
    kept.push(await stack.upload('after.jpg'));
    await expectKept();
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('the database is dumped into the bucket and restored on a new host', async () => {
    const { exitCode, stderr = '' } = await stack.host.run([
      'bash "/opt/darkroom/releases/$(cat /opt/darkroom/running)/provision/host/backup.sh"',
      // As a new volume on a new host.
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

  it('the role of the host allows every call', () => {
    const calls = stack.emulator.calls.all.filter(({ principal }) => principal === 'host');
    expect(comparePolicy(hostPolicy(stack.context.stack), calls).missing).toEqual([]);
  });
});
