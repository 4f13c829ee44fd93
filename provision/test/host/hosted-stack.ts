import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { startEmulator, type Emulator } from '@darkroom/aws-emulator';
import {
  drawJpeg,
  missingCompose,
  services,
  startTlsRedis,
  type Started,
  type TlsRedis,
} from '@darkroom/testing';
import { apply } from '../../src/provision/provision.js';
import type { Context, Release } from '../../src/context.js';
import { listResources } from '../../src/engine/profile.js';
import type { Clock } from '../../src/engine/wait.js';
import { bucketName } from '../../src/resources/bucket/bucket-name.js';
import { readSecrets } from '../../src/resources/secret.js';
import { stackResources } from '../../src/stack-resources.js';
import { createBench } from '../bench.js';
import { copyImages, docker } from './docker.js';
import { startLoadBalancerStandIn, type LoadBalancerStandIn } from './load-balancer-stand-in.js';
import { startMetadataService, type MetadataService } from './metadata-service.js';
import { buildImages, PULLED, sampleRelease, type SampleRelease } from './sample-release.js';
import { startHost, type Host } from './start-host.js';

/** Milliseconds. It includes the build of the images when they do not exist yet. */
export const START_LIMIT = 900_000;
/** Milliseconds for a test that starts services. */
export const TEST_LIMIT = 600_000;
const IMAGES = 'darkroom-test-release';
const CACHE = 'cache.darkroom.test';

export interface Image {
  id: string;
  status: string;
}

/** Real time with short pauses, because polling costs nothing here. */
const clock: Clock = { now: () => performance.now() / 1000, pause: () => sleep(300) };

/**
 * Checks whether this machine can run a host.
 *
 * @returns undefined if it can, else the reason
 */
export function missingForHost(): Promise<string | undefined> {
  if (services().moto === undefined) return Promise.resolve('moto_server is not installed');
  return missingCompose();
}

/** A stack in the emulator whose host is a container. The first `provision` starts the container. */
export class HostedStack {
  #host: Host | undefined;
  #balancer: LoadBalancerStandIn | undefined;

  private constructor(
    readonly emulator: Emulator,
    readonly context: Context,
    private readonly metadata: MetadataService,
    private readonly redis: Started<TlsRedis>,
  ) {}

  static async start(): Promise<HostedStack> {
    const emulator = await startEmulator({ moto: services().moto?.endpoint ?? '', host: '0.0.0.0' });
    const metadata = await startMetadataService('darkroom-demo-role', emulator.credentials('host'));
    const [images, redis] = await Promise.all([buildImages(IMAGES), startTlsRedis([CACHE])]);
    emulator.hosts.cacheEndpoint = { address: CACHE, port: 6379 };
    const context = { ...(await createBench(emulator)).context, clock };
    const stack = new HostedStack(emulator, context, metadata, redis);
    emulator.hosts.runCommand = async ({ instanceId, commands }) =>
      (await stack.launched(instanceId, images)).run(commands);
    return stack;
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('no host has been launched');
    return this.#host;
  }

  /** Creates a release that differs from others by lines of its Dockerfile. */
  release(more: NonNullable<SampleRelease['more']>): Promise<Release> {
    return sampleRelease(this.context.stack, {
      tag: IMAGES,
      authority: this.redis.service.certificate,
      more,
    });
  }

  /**
   * Runs `provision` with a release.
   *
   * @returns the errors as text
   */
  async provision(release: Release): Promise<string[]> {
    const context = { ...this.context, release };
    const outcomes = await apply(context, listResources(stackResources(context)), {
      report: () => undefined,
    });
    return outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [String(outcome.error)] : []));
  }

  /** Sends a request through the load balancer, with the token of the stack. */
  async call(path: string, init: RequestInit = {}): Promise<Response> {
    this.#balancer ??= await startLoadBalancerStandIn(this.host.port);
    const { token } = await readSecrets(this.context);
    return fetch(`${this.#balancer.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  }

  /**
   * Uploads a picture.
   *
   * @returns its id
   */
  async upload(name: string): Promise<string> {
    const picture = await drawJpeg({ width: 900, height: 600 });
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), name);
    const answer = await this.call('/api/images', { method: 'POST', body });
    if (answer.status !== 202) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { items: Image[] }).items[0]?.id ?? '';
  }

  /** Waits until a picture is no longer queued or processing. */
  async finished(id: string): Promise<Image> {
    for (;;) {
      const image = (await (await this.call(`/api/images/${id}`)).json()) as Image;
      if (!['queued', 'processing'].includes(image.status)) return image;
      await sleep(100);
    }
  }

  /** Sends requests in a loop, as clients do during a deployment. `stop` returns the statuses of the answers. */
  watch(path: string): { stop: () => Promise<Set<number>> } {
    const statuses = new Set<number>();
    const ending = new AbortController();
    const asking = (async () => {
      while (!ending.signal.aborted) statuses.add((await this.call(path)).status);
    })();
    return {
      stop: async () => {
        ending.abort();
        await asking;
        return statuses;
      },
    };
  }

  /** Lists keys in the bucket. */
  async keys(Prefix: string): Promise<(string | undefined)[]> {
    const list = new ListObjectsV2Command({ Bucket: bucketName(this.context.stack), Prefix });
    return ((await this.context.aws.s3.send(list)).Contents ?? []).map(({ Key }) => Key);
  }

  async stop(): Promise<void> {
    await this.#balancer?.stop();
    // A network cannot be removed while a container is connected to it.
    await this.redis.stop();
    await this.#host?.stop();
    await this.metadata.stop();
    await this.emulator.stop();
  }

  /** Starts the host and runs its user data, as EC2 does. */
  private async launched(InstanceId: string, images: readonly string[]): Promise<Host> {
    if (this.#host !== undefined) return this.#host;
    const { UserData } = await this.context.aws.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
    );
    this.#host = await startHost({
      userData: Buffer.from(UserData?.Value ?? '', 'base64').toString(),
      awsPort: this.emulator.port,
      metadataPort: this.metadata.port,
    });
    await this.joinBroker(this.#host.network);
    await copyImages([...images, ...PULLED], this.#host.container);
    return this.#host;
  }

  /** Gives the broker what ElastiCache would: its name in the network, and the auth token of the stack. */
  private async joinBroker(network: string): Promise<void> {
    const { id, password } = this.redis.service;
    await docker('network', 'connect', '--alias', CACHE, network, id);
    const { redisAuth } = await readSecrets(this.context);
    const client = ['redis-cli', '--tls', '--insecure', '--no-auth-warning', '-a', password];
    await docker('exec', id, ...client, 'config', 'set', 'requirepass', redisAuth);
  }
}
