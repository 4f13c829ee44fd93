import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createBucket,
  killablePostgres,
  killableRedis,
  type KillableServer,
  findLastingPort,
  queryDatabase,
  type S3Service,
  startS3,
  startWatchdog,
  type Watchdog,
} from '@darkroom/testing';
import { Client } from '../testing/client.js';
import { type AppName, ServiceProcess } from '../testing/service-process.js';
import { TcpProxy } from '../testing/tcp-proxy.js';
import { S3Proxy } from './faults/s3-proxy.js';
import { SmallDisk } from './faults/small-disk.js';

export interface PlatformOptions {
  /** `folder` by default; `small-disk`: a folder on a file system of {@link SMALL_DISK} MiB. */
  storage?: 'folder' | 's3' | 'small-disk';
  /** 2 by default. */
  apis?: number;
  /** 2 by default. */
  workers?: number;
  /** Settings in addition to the drill's own, by variable. */
  settings?: Record<string, string>;
}

/** MiB: enough for the originals and variants of 1,000 pictures. */
const SMALL_DISK = 1_024;

/** A server behind a proxy that injects faults. */
export interface ProxiedServer {
  server: KillableServer;
  proxy: TcpProxy;
}

export interface Bucket {
  service: S3Service;
  name: string;
  proxy: S3Proxy;
}

/** The built platform as processes, with a separate Redis, PostgreSQL and, on request, S3 server. */
export class DrillPlatform {
  readonly folder: string;
  readonly redis: ProxiedServer;
  readonly postgres: ProxiedServer;
  readonly bucket: Bucket | undefined;
  readonly disk: SmallDisk | undefined;
  readonly apis: ServiceProcess[] = [];
  readonly workers: ServiceProcess[] = [];
  /** How often each message was logged, by all processes. */
  readonly messages = new Map<string, number>();
  readonly #pictures = new Map<string, Set<string>>();
  readonly #settings: Record<string, string>;
  readonly #ends: (() => Promise<unknown>)[];

  private constructor(parts: Parts, settings: Record<string, string>, ends: (() => Promise<unknown>)[]) {
    this.folder = parts.folder;
    this.redis = parts.redis;
    this.postgres = parts.postgres;
    this.bucket = parts.bucket;
    this.disk = parts.disk;
    this.#settings = settings;
    this.#ends = ends;
  }

  static async open(options: PlatformOptions): Promise<DrillPlatform> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const parts = await startServers(options, ends);
      const platform = new DrillPlatform(parts, settingsOf(parts, options), ends);
      ends.push(() => platform.#stopAll());
      await platform.startAll(options);
      return platform;
    } catch (error) {
      await endAll(ends);
      throw error;
    }
  }

  /** Starts apis and workers, 2 of each by default. */
  async startAll({ apis = 2, workers = 2 }: Pick<PlatformOptions, 'apis' | 'workers'> = {}): Promise<void> {
    const names = [...Array<AppName>(apis).fill('api'), ...Array<AppName>(workers).fill('worker')];
    await Promise.all(names.map((app) => this.start(app)));
  }

  /** @param settings - in addition to the platform's */
  async start(app: AppName, settings: Record<string, string> = {}): Promise<ServiceProcess> {
    const environment = { ...this.#settings, ...settings };
    const started = await ServiceProcess.start(app, environment, {
      ...(this.disk && { through: this.disk.through }),
      onLine: (line) => this.#hear(line),
    });
    this.#all(app).push(started);
    return started;
  }

  /** @returns whether this signal ended the process */
  async kill(service: ServiceProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<boolean> {
    const all = this.#all(service.app);
    all.splice(all.indexOf(service), 1);
    service.kill(signal);
    return (await service.exited).signal === signal;
  }

  /** Ends a process as a deploy does. @returns its exit code; null when it had to be killed */
  async end(service: ServiceProcess): Promise<number | null> {
    const all = this.#all(service.app);
    all.splice(all.indexOf(service), 1);
    return (await service.stop()).code;
  }

  /** A client of the next api in turn; undefined while no api runs. */
  client(turn = 0): Client | undefined {
    const api = this.apis[turn % Math.max(1, this.apis.length)];
    return api && new Client(api.url);
  }

  /** Queries PostgreSQL directly, without the proxy. */
  query<Row>(sql: string): Promise<Row[]> {
    return queryDatabase(this.postgres.server.url, sql) as Promise<Row[]>;
  }

  /** Settings that make another process part of this platform. */
  get settings(): Readonly<Record<string, string>> {
    return this.#settings;
  }

  /** How often a message was logged. */
  countMessage(message: string): number {
    return this.messages.get(message) ?? 0;
  }

  /** The ids of the pictures that a message was logged about. */
  picturesOf(message: string): string[] {
    return [...(this.#pictures.get(message) ?? [])];
  }

  /** The temporary folder of all processes. */
  get temporary(): string {
    return path.join(this.folder, 'tmp');
  }

  /** The root of the folder storage, as this process sees it. */
  get media(): string {
    return this.disk?.folder ?? path.join(this.folder, 'media');
  }

  /** Ends apis and workers with SIGTERM. */
  async endAll(): Promise<(number | null)[]> {
    return Promise.all([...this.apis, ...this.workers].map((service) => this.end(service)));
  }

  async close(): Promise<void> {
    await endAll(this.#ends);
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].map((service) => this.kill(service)));
  }

  #all(app: AppName): ServiceProcess[] {
    return app === 'api' ? this.apis : this.workers;
  }

  #hear(line: string): void {
    const message = /"msg":"([^"]+)"/.exec(line)?.[1];
    if (message === undefined) return;
    this.messages.set(message, this.countMessage(message) + 1);
    const picture = /"imageId":"([\da-f-]+)"/.exec(line)?.[1];
    if (picture !== undefined) this.#pictures.set(message, new Set([...this.picturesOf(message), picture]));
  }
}

interface Parts {
  folder: string;
  redis: ProxiedServer;
  postgres: ProxiedServer;
  bucket: Bucket | undefined;
  disk: SmallDisk | undefined;
}

async function startServers(options: PlatformOptions, ends: (() => Promise<unknown>)[]): Promise<Parts> {
  const watchdog = startWatchdog();
  ends.push(() => watchdog.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-drill-'));
  watchdog.guard({ folder });
  ends.push(() => rm(folder, { recursive: true, force: true }));
  for (const part of ['media', 'tmp']) await mkdir(path.join(folder, part));
  const reach = async (start: (watchdog: Watchdog) => Promise<KillableServer>): Promise<ProxiedServer> => {
    const server = await start(watchdog);
    ends.push(() => server.stop());
    const proxy = await TcpProxy.start(server.url, await findLastingPort());
    ends.push(() => proxy.close());
    return { server, proxy };
  };
  const [redis, postgres] = await Promise.all([reach(killableRedis), reach(killablePostgres)]);
  const bucket = options.storage === 's3' ? await startBucket(watchdog, ends) : undefined;
  const disk =
    options.storage === 'small-disk'
      ? await SmallDisk.mount(path.join(folder, 'media'), SMALL_DISK, watchdog)
      : undefined;
  if (disk !== undefined) ends.push(() => disk.unmount());
  return { folder, redis, postgres, bucket, disk };
}

async function startBucket(watchdog: Watchdog, ends: (() => Promise<unknown>)[]): Promise<Bucket> {
  const started = await startS3(watchdog);
  ends.push(() => started.stop());
  const { service } = started;
  const proxy = await S3Proxy.start(service.endpoint);
  ends.push(() => proxy.close());
  return { service, proxy, name: await createBucket(service) };
}

function settingsOf(
  { folder, redis, postgres, bucket }: Parts,
  options: PlatformOptions,
): Record<string, string> {
  return {
    DATABASE_URL: proxiedUrl(postgres),
    REDIS_URL: proxiedUrl(redis),
    DARKROOM_DATA: folder,
    TMPDIR: path.join(folder, 'tmp'),
    DARKROOM_PORT: '0',
    DARKROOM_WORKER_PORT: '0',
    DARKROOM_WORKER_CONCURRENCY: '2',
    DARKROOM_LINK_SECRET: 'a-secret-for-drills-that-is-long-enough',
    DARKROOM_UPLOADS_PER_MINUTE: '0',
    LOG_LEVEL: 'info',
    ...(bucket && s3Settings(bucket)),
    ...options.settings,
  };
}

/** The URL of a server through its proxy. */
function proxiedUrl({ server, proxy }: ProxiedServer): string {
  const url = new URL(server.url);
  url.host = `127.0.0.1:${proxy.port}`;
  return url.href;
}

function s3Settings({ service, name, proxy }: Bucket): Record<string, string> {
  return {
    DARKROOM_STORAGE: 's3',
    DARKROOM_BUCKET: name,
    AWS_ENDPOINT_URL: proxy.url,
    AWS_REGION: service.region,
    AWS_ACCESS_KEY_ID: service.accessKeyId,
    AWS_SECRET_ACCESS_KEY: service.secretAccessKey,
  };
}

/** Ends everything in reverse order. One failure does not stop the others. */
async function endAll(ends: (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const end of ends.splice(0).toReversed()) await end().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
}
