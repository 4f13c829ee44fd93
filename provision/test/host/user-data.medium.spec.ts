import { setTimeout as sleep } from 'node:timers/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { comparePolicy } from '@darkroom/aws-emulator';
import { reportNotRun } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { status } from '../../src/status/status.js';
import type { Release } from '../../src/context.js';
import { hostPolicy } from '../../src/resources/host/host-policy.js';
import { METRICS } from '../../src/resources/log-group.js';
import { HostedStack, START_LIMIT, TEST_LIMIT, missingForHost } from './hosted-stack.js';

const missing = await missingForHost();
if (missing !== undefined) await reportNotRun('a host of AWS in a container', missing);

// Each test continues with the host of the one before. `npm run releases` tests deployments after this.
describe.skipIf(missing !== undefined)('a host', { timeout: TEST_LIMIT }, () => {
  let stack: HostedStack;
  let release: Release;

  beforeAll(async () => {
    stack = await HostedStack.start();
    release = await stack.release({});
  }, START_LIMIT);
  afterAll(() => stack?.stop(), START_LIMIT);

  /** The newest line of metrics in the log of the monitor. */
  async function measured(): Promise<{ _aws: { CloudWatchMetrics: object[] } }> {
    const { events = [] } = await stack.context.aws.logs.send(
      new FilterLogEventsCommand({ logGroupName: 'darkroom-demo-logmonitor', filterPattern: '' }),
    );
    const line = events.map(({ message = '' }) => message).findLast((text) => text.includes('QueuedJobs'));
    if (line !== undefined) return JSON.parse(line) as { _aws: { CloudWatchMetrics: object[] } };
    await sleep(500);
    return measured();
  }

  it('starts the release with its user data, and a picture becomes ready', async () => {
    expect(await stack.provision(release)).toEqual([]);
    const id = await stack.upload('first.jpg');
    expect(await stack.finished(id)).toMatchObject({ status: 'ready' });
    const keys = await stack.keys(`variants/${id}/`);
    for (const name of ['thumbnail', 'small', 'medium']) {
      expect(keys).toContainEqual(expect.stringMatching(new RegExp(`/${name}-\\d+\\.jpg$`)));
    }
    expect(await status(stack.context)).toMatchObject({ release: release.hash });
  });

  it('logs its metrics in the format that CloudWatch reads', async () => {
    const { _aws, ...values } = await measured();
    expect(_aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'darkroom-demo-metrics',
      Dimensions: [[]],
      Metrics: METRICS.filter((name) => name in values).map((Name) => ({ Name })),
    });
    expect(values).toMatchObject({
      QueuedJobs: expect.any(Number) as number,
      MemoryUsed: expect.any(Number) as number,
      DiskUsed: expect.any(Number) as number,
    });
  });

  it('makes only calls that its role allows', () => {
    const calls = stack.emulator.calls.all.filter(({ principal }) => principal === 'host');
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['s3:PutObject', 'secretsmanager:GetSecretValue', 'logs:PutLogEvents']),
    );
    expect(comparePolicy(hostPolicy(stack.context.stack), calls).missing).toEqual([]);
  });
});
