import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { cut, expired, throttled } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench } from '../test/bench.js';
import { useEmulator } from '../test/use-emulator.js';
import { changesLeft, runProvision } from '../test/whole-run.js';
import { explain } from './cli/explain.js';
import { INDIRECT, MAKING } from './operator-policy.js';
import { stackResources } from './stack-resources.js';
import { nameOf, tagList } from './stack.js';

const ACTIONS: readonly string[] = [...MAKING, ...INDIRECT];
/** The calls of the check itself. If one of them is denied, nothing can be checked. */
const CHECKS = new Set([
  'iam:SimulatePrincipalPolicy',
  'sts:GetCallerIdentity',
  'servicequotas:GetServiceQuota',
]);

/** Some hundred whole runs, or pauses between retries, need minutes on a busy machine. */
const LONG = { timeout: 300_000 };

describe.skipIf(!services().moto)('a failing run', () => {
  const emulator = useEmulator();
  const messageOf = (errors: readonly unknown[]) => errors.map(explain).join('\n');

  it('succeeds in the end when three calls of ten are throttled', LONG, async () => {
    emulator().faults.add({ share: { of: 0.3, seed: 7 }, give: throttled() });
    expect((await runProvision(emulator())).errors).toEqual([]);
    const hurt = emulator().calls.all.filter(({ error = '' }) => /Throttl|RequestLimit|SlowDown/.test(error));
    expect(hurt.length / emulator().calls.count).toBeGreaterThan(0.2);
    emulator().faults.clear();
    expect(await changesLeft(emulator())).toEqual([]);
  });

  it('names the missing permission and writes nothing', LONG, async () => {
    for (const action of ACTIONS.filter((one) => !CHECKS.has(one))) {
      emulator().calls.clear();
      const allow = emulator().faults.deny(action);
      const { errors } = await runProvision(emulator());
      allow();
      const { writes } = emulator().calls;
      expect({ action, message: messageOf(errors), writes }).toEqual({
        action,
        message: expect.stringContaining(action) as string,
        writes: [],
      });
    }
  });

  it.each([
    ['expired credentials', expired(), /run out|expired.*\n.*sign in/is],
    ['a lost network', cut(), /AWS cannot be reached/],
  ] as const)('reports %s in the middle, and the next run resumes', async (_, give, said) => {
    emulator().faults.add({ from: 120, give });
    const { errors } = await runProvision(emulator(), { maxAttempts: 1 });
    expect(messageOf(errors)).toMatch(said);
    emulator().faults.clear();
    expect((await runProvision(emulator())).errors).toEqual([]);
    expect(await changesLeft(emulator())).toEqual([]);
  });

  it('replaces a target group that a listener uses', async () => {
    await runProvision(emulator());
    const { context } = await createBench(emulator());
    const { elasticloadbalancing } = context.aws;
    const resources = stackResources(context);
    const balancer = await resources.loadBalancer.find();
    const targets = await resources.targetGroup.find();
    const listener = await resources.httpListener.find();
    // Create it by hand with another port, which no call can change.
    await elasticloadbalancing.send(new DeleteListenerCommand({ ListenerArn: listener?.id }));
    await elasticloadbalancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: targets?.id }));
    const { TargetGroups } = await elasticloadbalancing.send(
      new CreateTargetGroupCommand({
        Name: nameOf(context.stack, 'targets'),
        Protocol: 'HTTP',
        Port: 9090,
        VpcId: context.network.vpcId,
        Tags: tagList(context.stack, 'targets'),
      }),
    );
    await elasticloadbalancing.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer?.id,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn }],
        Tags: tagList(context.stack, 'http'),
      }),
    );
    expect((await runProvision(emulator())).errors).toEqual([]);
    expect(await changesLeft(emulator())).toEqual([]);
  });
});
