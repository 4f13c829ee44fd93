import { setTimeout as sleep } from 'node:timers/promises';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  drawJpeg,
  missingCompose,
  reportNotRun,
  services,
  startTlsRedis,
  type Started,
  type TlsRedis,
} from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/provision.js';
import { status } from '../../src/commands/status.js';
import type { Context, Release } from '../../src/context.js';
import type { Clock } from '../../src/engine/wait.js';
import { hostPolicy } from '../../src/resources/host-policy.js';
import { METRICS } from '../../src/resources/log-group.js';
import { readSecrets } from '../../src/resources/secret.js';
import { stackResources } from '../../src/stack-resources.js';
import { createBench } from '../bench.js';
import { comparePolicy } from '../emulator/calls/compare-policy.js';
import { startEmulator, type Emulator } from '../emulator/start-emulator.js';
import { copyImages, docker } from './docker.js';
import { startLoadBalancerStandIn, type LoadBalancerStandIn } from './load-balancer-stand-in.js';
import { startMetadataService, type MetadataService } from './metadata-service.js';
import { buildImages, PULLED, sampleRelease, type SampleRelease } from './sample-release.js';
import { startHost, type Host } from './start-host.js';

/** Milliseconds; the images are built in it when nobody has built them before. */
const START_LIMIT = 900_000;
const TEST_LIMIT = 400_000;
const IMAGES = 'darkroom-test-release';
const CACHE = 'cache.darkroom.test';

interface Image {
  id: string;
  status: string;
  variants: { name: string; format: string }[];
}

/** Real time, asked often. */
const clock: Clock = { now: () => performance.now() / 1000, pause: () => sleep(300) };

const missing = services().moto ? await missingCompose() : 'there is no moto_server on the PATH';
if (missing !== undefined) await reportNotRun('a host of AWS in a container', missing);

// One host from its first script on: each test takes over what the one before has left.
describe.skipIf(missing !== undefined)('a host', { timeout: TEST_LIMIT }, () => {
  let emulator: Emulator;
  let redis: Started<TlsRedis>;
  let metadata: MetadataService;
  let host: Host;
  let balancer: LoadBalancerStandIn;
  let context: Context;
  let release: Release;

  beforeAll(async () => {
    emulator = await startEmulator({ moto: services().moto?.endpoint ?? '', host: '0.0.0.0' });
    metadata = await startMetadataService('darkroom-demo-role', emulator.credentials('host'));
    const [images, started] = await Promise.all([buildImages(IMAGES), startTlsRedis([CACHE])]);
    redis = started;
    emulator.hosts.cacheEndpoint = { address: CACHE, port: 6379 };
    context = { ...(await createBench(emulator)).context, clock };
    release = await releaseWith({ api: 'LABEL release=first' });
    emulator.hosts.runCommand = async ({ instanceId, commands }) => {
      host ??= await launch(instanceId, images);
      return host.run(commands);
    };
  }, START_LIMIT);
  afterAll(async () => {
    await balancer?.stop();
    // A network is not removed with somebody in it.
    await redis?.stop();
    await host?.stop();
    await metadata?.stop();
    await emulator?.stop();
  }, START_LIMIT);

  const releaseWith = (more: SampleRelease['more']) =>
    sampleRelease(context.stack, {
      tag: IMAGES,
      authority: redis.service.certificate,
      ...(more !== undefined && { more }),
    });

  /** What EC2 does with an instance: runs the script that it was given. */
  async function launch(InstanceId: string, images: readonly string[]): Promise<Host> {
    const { UserData } = await context.aws.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
    );
    const started = await startHost({
      userData: Buffer.from(UserData?.Value ?? '', 'base64').toString(),
      awsPort: emulator.port,
      metadataPort: metadata.port,
    });
    await joinBroker(started.network);
    await copyImages([...images, ...PULLED], started.container);
    return started;
  }

  /** Gives the cache what ElastiCache has given it: its name in the network, and the auth token of the stack. */
  async function joinBroker(network: string): Promise<void> {
    const { id, password } = redis.service;
    await docker('network', 'connect', '--alias', CACHE, network, id);
    const { redisAuth } = await readSecrets(context);
    const client = ['redis-cli', '--tls', '--insecure', '--no-auth-warning', '-a', password];
    await docker('exec', id, ...client, 'config', 'set', 'requirepass', redisAuth);
  }

  /** `npm run provision` with this release. @returns what failed */
  async function provision(wanted: Release): Promise<string[]> {
    const now = { ...context, release: wanted };
    const outcomes = await apply(now, stackResources(now), { report: () => undefined });
    return outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [String(outcome.error)] : []));
  }

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const { token } = await readSecrets(context);
    return fetch(`${balancer.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  }

  async function upload(name: string): Promise<string> {
    const body = new FormData();
    const picture = await drawJpeg({ width: 900, height: 600 });
    body.set('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), name);
    const answer = await call('/api/images', { method: 'POST', body });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { items: Image[] }).items[0]?.id ?? '';
  }

  async function ready(id: string): Promise<Image> {
    for (;;) {
      const image = (await (await call(`/api/images/${id}`)).json()) as Image;
      if (!['queued', 'processing'].includes(image.status)) return image;
      await sleep(100);
    }
  }

  /** Asks again and again, as people do while a release is brought up. */
  function watch(path: string) {
    const statuses: number[] = [];
    const ending = new AbortController();
    const asking = (async () => {
      while (!ending.signal.aborted) statuses.push((await call(path)).status);
    })();
    const stop = async () => {
      ending.abort();
      await asking;
      return statuses;
    };
    return { stop };
  }

  /** The newest line of a log that is one of metrics. */
  async function lastLine(logGroupName: string): Promise<{ _aws: { CloudWatchMetrics: object[] } }> {
    const { events = [] } = await context.aws.logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '' }),
    );
    const lines = events
      .map(({ message = '' }) => message)
      .filter((message) => message.includes('QueuedJobs'));
    if (lines.length > 0) return JSON.parse(lines.at(-1) ?? '') as { _aws: { CloudWatchMetrics: object[] } };
    await sleep(500);
    return lastLine(logGroupName);
  }

  const keysBelow = async (Prefix: string) => {
    const { Contents = [] } = await context.aws.s3.send(
      new ListObjectsV2Command({ Bucket: `darkroom-demo-${emulator.account}-${emulator.region}`, Prefix }),
    );
    return Contents.map(({ Key }) => Key);
  };
  const kept: string[] = [];

  test('brings the release up with the script that EC2 got, and a picture becomes ready', async () => {
    expect(await provision(release)).toEqual([]);
    balancer = await startLoadBalancerStandIn(host.port);
    const id = await upload('first.jpg');
    kept.push(id);
    expect(await ready(id)).toMatchObject({ status: 'ready' });
    const keys = await keysBelow(`variants/${id}/`);
    for (const name of ['thumbnail', 'small', 'medium']) {
      expect(keys).toContainEqual(expect.stringMatching(new RegExp(`/${name}-\\d+\\.jpg$`)));
    }
    expect(await status(context)).toMatchObject({ release: release.hash });
  });

  test('calls with its own role, and needs no more than that allows', async () => {
    while (emulator.calls.of('logs:PutLogEvents').length === 0) await sleep(200);
    const calls = emulator.calls.all.filter(({ principal }) => principal === 'host');
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['s3:PutObject', 'secretsmanager:GetSecretValue', 'logs:PutLogEvents']),
    );
    expect(comparePolicy(hostPolicy(context.stack), calls).missing).toEqual([]);
  });

  test('measures itself: its log holds what CloudWatch makes metrics of', async () => {
    const { _aws, ...measured } = await lastLine('darkroom-demo-logmonitor');
    expect(_aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'darkroom-demo-metrics',
      Dimensions: [[]],
      Metrics: METRICS.filter((name) => name in measured).map((Name) => ({ Name })),
    });
    expect(measured).toMatchObject({ MemoryUsed: expect.any(Number), DiskUsed: expect.any(Number) });
    expect(measured).toHaveProperty('QueuedJobs', expect.any(Number));
  });

  test('takes another release: the database stays, and pictures on their way arrive', async () => {
    const inFlight = await Promise.all(Array.from({ length: 8 }, (_, at) => upload(`flight-${at}.jpg`)));
    const next = await releaseWith({ api: 'LABEL release=second' });
    expect(await provision(next)).toEqual([]);
    for (const id of [...kept, ...inFlight]) expect(await ready(id)).toMatchObject({ status: 'ready' });
    release = next;
  });

  const failing = (word: string) => `CMD ["node", "-e", "console.error('${word}'); process.exit(1)"]`;

  test('turns a release away whose api cannot run, and nobody notices', async () => {
    const broken = await releaseWith({ api: failing('no api today') });
    const answers = watch('/api/images?limit=1');
    const [failure = ''] = await provision(broken);
    expect(new Set(await answers.stop())).toEqual(new Set([200]));
    expect(failure).toContain('no api today');
    expect(failure).toContain(`release ${broken.hash} does not become healthy: its api is ended`);
    expect(await status(context)).toMatchObject({ release: release.hash });
  });

  test('goes back from a release that does not become healthy, and says what it said', async () => {
    const broken = await releaseWith({ worker: failing('no worker today') });
    const [failure = ''] = await provision(broken);
    expect(failure).toContain('no worker today');
    expect(failure).toMatch(new RegExp(`release ${broken.hash} does not become healthy: .*worker`));
    expect(failure).toContain(`release ${release.hash} is back`);
    const id = await upload('after.jpg');
    for (const each of [...kept, id]) expect(await ready(each)).toMatchObject({ status: 'ready' });
    kept.push(id);
    expect(await status(context)).toMatchObject({ release: release.hash });
  });

  test('writes its database into the bucket, and a new one takes it back', async () => {
    const { exitCode, stderr } = await host.run([
      'bash "/opt/darkroom/releases/$(cat /opt/darkroom/running)/provision/host/backup.sh"',
      // As a new volume on a new host.
      'docker ps --all --quiet | xargs docker rm --force --volumes >/dev/null',
      'docker volume rm darkroom_database >/dev/null',
      'rm -r /opt/darkroom/running /var/lib/darkroom/begun /var/lib/darkroom/database/*',
    ]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(await keysBelow('backups/')).toEqual(['backups/catalogue.dump']);
    release = await releaseWith({ api: 'LABEL release=third' });
    expect(await provision(release)).toEqual([]);
    for (const id of kept) expect(await ready(id)).toMatchObject({ status: 'ready' });
  });
});
