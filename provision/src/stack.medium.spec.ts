import { comparePolicy, STEPWISE } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench } from '../test/bench.js';
import { fakeClock } from '../test/fake-clock.js';
import { useEmulator } from '../test/use-emulator.js';
import { MAX_CALLS } from './aws/clients.js';
import { apply } from './provision/provision.js';
import { teardown } from './teardown/teardown.js';
import { status } from './status/status.js';
import { MAKING, operatorPolicy } from './operator-policy.js';
import { isChange, plan } from './engine/plan.js';
import { listResources } from './engine/profile.js';
import { preflight } from './preflight/preflight.js';
import { searchLeftovers } from './resources/search.js';
import type { Settings } from './settings.js';
import { stackResources } from './stack-resources.js';

describe.skipIf(!services().moto)('a stack', () => {
  const emulator = useEmulator(STEPWISE);

  /** Runs as a person would: each run knows only the account. */
  async function provision(settings: Partial<Settings> = {}, hash = '0123456789abcdef', wait = true) {
    const bench = await createBench(emulator(), settings);
    const context = {
      ...bench.context,
      release: { hash, userData: '#!/bin/sh\n', pack: () => Promise.resolve(Buffer.from(hash)) },
    };
    const resources = listResources(stackResources(context));
    const rows = await plan(resources);
    const connection = { ...context, caller: `arn:aws:iam::${emulator().account}:user/operator` };
    await preflight(connection, context, resources);
    const outcomes = await apply(context, resources, { report: () => undefined, wait });
    const failed = outcomes.filter((outcome) => outcome.state === 'failed').map(({ error }) => error);
    return { rows, failed, context };
  }

  const tearDown = () =>
    teardown({
      stack: 'demo',
      region: emulator().region,
      endpoint: emulator().endpoint,
      credentials: emulator().credentials(),
      clock: fakeClock(),
    });

  it('is created; a second run writes nothing and plans nothing', async () => {
    const first = await provision();
    expect(first.failed).toEqual([]);
    expect(new Set(first.rows.map(({ action }) => action))).toEqual(new Set(['create']));
    expect(emulator().calls.peakConcurrency).toBeLessThanOrEqual(MAX_CALLS);

    emulator().calls.clear();
    const second = await provision();
    expect(second.failed).toEqual([]);
    expect(second.rows.filter(({ action }) => action !== 'same')).toEqual([]);
    expect(isChange(second.rows)).toBe(false);
    expect(emulator().calls.writes.map(({ name }) => name)).toEqual([]);

    const found = await status(second.context);
    expect(found).toMatchObject({ healthy: true, release: '0123456789abcdef' });
    expect(found.address).toMatch(/^http:\/\/darkroom-demo-alb/);
  });

  it('needs exactly the printed policy', async () => {
    expect((await provision()).failed).toEqual([]);
    await tearDown();
    const { all } = emulator().calls;
    expect(comparePolicy(operatorPolicy('demo'), all).missing).toEqual([]);
    const exact = { Statement: [{ Effect: 'Allow', Action: MAKING, Resource: '*' }] };
    expect(comparePolicy(exact, all)).toEqual({ missing: [], unused: [] });
  });

  it('leaves nothing behind; a second teardown writes only its lock', async () => {
    expect((await provision()).failed).toEqual([]);
    const receipt = await tearDown();
    expect(receipt).toMatchObject({ foreign: [], failed: [], left: [], complete: true });
    expect(receipt.deleted.length).toBeGreaterThan(15);

    emulator().calls.clear();
    const again = await tearDown();
    expect(again).toMatchObject({ deleted: [], complete: true });
    expect(emulator().calls.writes.map(({ name }) => name)).toEqual([
      'ssm:PutParameter',
      'ssm:DeleteParameter',
    ]);
  });

  it('changes to other settings and back', async () => {
    expect((await provision()).failed).toEqual([]);
    const other = await provision({
      instanceType: 't4g.medium',
      allowCidrs: ['192.0.2.0/24'],
      sshCidr: '198.51.100.7/32',
      logDays: 30,
    });
    expect(other.failed).toEqual([]);
    const changed = other.rows.filter(({ action }) => action !== 'same').map(({ key }) => key);
    expect(changed.toSorted()).toEqual([
      'albgroup',
      'host',
      'hostgroup',
      'logapi',
      'loggateway',
      'logmonitor',
      'logpostgres',
      'logworker',
      'options',
    ]);
    expect((await provision()).failed).toEqual([]);
    emulator().calls.clear();
    await provision();
    expect(emulator().calls.writes).toEqual([]);

    // The host's image is for the other processor architecture.
    const { context } = await createBench(emulator(), { instanceType: 't3.small' });
    const rows = await plan(listResources(stackResources(context)));
    expect(rows.find(({ key }) => key === 'host')).toMatchObject({
      action: 'replace',
      changes: expect.arrayContaining([{ field: 'type', from: 't4g.small', to: 't3.small' }]) as unknown,
    });
  });

  it('gets a new release on the same host, and keeps the old one if the new one fails', async () => {
    expect((await provision()).failed).toEqual([]);
    const commands: string[] = [];
    emulator().hosts.runCommand = (command) => {
      commands.push(command.commands.at(-1) ?? '');
      return { exitCode: 1, stdout: 'building', stderr: 'darkroom: the release did not become healthy' };
    };
    const bad = await provision({}, 'ffffffffffffffff');
    expect(bad.rows.filter(({ action }) => action !== 'same').map(({ key }) => key)).toEqual(['deployment']);
    expect(String(bad.failed[0])).toContain('did not become healthy');
    expect(commands).toEqual([
      expect.stringMatching(/^\/usr\/local\/sbin\/darkroom-deploy ffffffffffffffff \S+/),
    ]);
    expect(await status(bad.context)).toMatchObject({ release: '0123456789abcdef' });

    emulator().hosts.runCommand = () => ({ exitCode: 0 });
    const good = await provision({}, 'ffffffffffffffff');
    expect(good.failed).toEqual([]);
    expect(await status(good.context)).toMatchObject({ release: 'ffffffffffffffff' });
  });

  it('gets its release only when the broker has an address, even with --no-wait', async () => {
    emulator().pace.cacheCreating = 40;
    const commands: string[] = [];
    emulator().hosts.runCommand = (command) => {
      commands.push(command.commands.at(-1) ?? '');
      return { exitCode: 0 };
    };
    expect((await provision({}, 'ffffffffffffffff', false)).failed).toEqual([]);
    expect(commands).toEqual([
      expect.stringMatching(/darkroom-deploy ffffffffffffffff \S+\.amazonaws\.com$/),
    ]);
  });

  it('does not list objects of a stack with a similar name as leftovers', async () => {
    const demo = await provision();
    const leftovers = () => searchLeftovers(demo.context.aws, { ...demo.context.stack, name: 'demo2' });
    expect(await leftovers()).toEqual([]);
  });
});
