import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createBucket,
  services,
  startRedis,
  startWatchdog,
  testDatabase,
  type TestDatabase,
} from '@darkroom/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Client } from './client.js';
import { type AppName, ServiceProcess } from './service-process.js';

export interface StackOptions {
  /** 1 by default. */
  apis?: number;
  /** 1 by default. */
  workers?: number;
  /** Redis by default, where it is available. */
  broker?: 'redis' | 'postgres';
  /** `folder` by default. */
  storage?: 'folder' | 's3';
  /** Further settings, by variable. */
  settings?: Record<string, string>;
}

/** The platform on a separate database, broker and storage. */
export interface Stack {
  readonly apis: readonly ServiceProcess[];
  readonly workers: readonly ServiceProcess[];
  /** A client of the first api. */
  readonly client: Client;
  /** The folder storage's root. */
  readonly media: string;
  readonly database: TestDatabase;
  /** Undefined on the PostgreSQL broker. */
  readonly redisUrl: string | undefined;
  start(app: AppName): Promise<ServiceProcess>;
  stop(): Promise<void>;
}

/** Ends one part. Parts end in reverse order of their start. */
type End = () => Promise<unknown>;

/** Starts a platform. If it does not start, everything started so far is ended. */
async function startStack(options: StackOptions = {}): Promise<Stack> {
  const ends: End[] = [];
  const stop = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const end of ends.splice(0).toReversed()) await end().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
  };
  try {
    return await begin(options, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function begin(options: StackOptions, ends: End[], stop: () => Promise<void>): Promise<Stack> {
  const { apis = 1, workers = 1, storage = 'folder' } = options;
  // vitest ends at once on Ctrl-C, without its hooks.
  const watchdog = startWatchdog();
  ends.push(() => watchdog.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-e2e-'));
  watchdog.guard({ folder });
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const database = await testDatabase();
  ends.push(() => database.drop());
  const broker = options.broker ?? (services().redis === undefined ? 'postgres' : 'redis');
  // Not the Redis that the test run shares: jobs left by one stack would run in another.
  const redis = broker === 'redis' ? await startRedis(watchdog) : undefined;
  if (redis !== undefined) ends.push(() => redis.stop());
  const environment = {
    ...commonSettings(folder, database),
    ...(redis === undefined ? { DARKROOM_BROKER: 'postgres' } : { REDIS_URL: redis.service.url }),
    ...(storage === 's3' ? await s3Settings() : {}),
    ...options.settings,
  };
  const running: Record<AppName, ServiceProcess[]> = { api: [], worker: [] };
  const start = async (app: AppName): Promise<ServiceProcess> => {
    const started = await ServiceProcess.start(app, environment);
    running[app].push(started);
    ends.push(async () => {
      if (started.hasExited) return;
      const { code } = await started.stop();
      if (code !== 0) throw new Error(`The ${app} ended with ${code} on SIGTERM:\n${started.log}`);
    });
    return started;
  };
  const starts = [...Array<AppName>(apis).fill('api'), ...Array<AppName>(workers).fill('worker')].map(start);
  // Wait for all, so that after a failed start `ends` includes the others.
  await Promise.allSettled(starts);
  await Promise.all(starts);
  return {
    apis: running.api,
    workers: running.worker,
    client: new Client(running.api[0]?.url ?? '', options.settings?.['DARKROOM_TOKEN']),
    media: path.join(folder, 'media'),
    database,
    redisUrl: redis?.service.url,
    start,
    stop,
  };
}

function commonSettings(folder: string, database: TestDatabase): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    DARKROOM_DATA: folder,
    DARKROOM_PORT: '0',
    DARKROOM_WORKER_PORT: '0',
    DARKROOM_WORKER_CONCURRENCY: '2',
    DARKROOM_LINK_SECRET: 'a-secret-for-tests-that-is-long-enough',
    DARKROOM_UPLOADS_PER_MINUTE: '0',
    DARKROOM_SIGN_INS_PER_MINUTE: '0',
    LOG_LEVEL: 'info',
  };
}

async function s3Settings(): Promise<Record<string, string>> {
  const { s3 } = services();
  if (s3 === undefined) throw new Error('This run has no S3 server.');
  return {
    DARKROOM_STORAGE: 's3',
    DARKROOM_BUCKET: await createBucket(s3),
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
}

/**
 * A platform for the tests of a `describe`: started before the first, ended after the last. After a failed test, the
 * logs of its processes are printed.
 *
 * @returns a function that returns the stack inside a test
 */
export function useStack(options: StackOptions = {}): () => Stack {
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await startStack(options);
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail' && stack !== undefined) showLogs(stack);
  });
  afterAll(() => stack?.stop());
  return () => {
    if (stack === undefined) throw new Error('The stack is only available inside a test.');
    return stack;
  };
}

/** A platform for a single test, which may kill parts of it. */
export async function withStack(options: StackOptions, work: (stack: Stack) => Promise<void>): Promise<void> {
  const stack = await startStack(options);
  try {
    await work(stack);
  } catch (error) {
    showLogs(stack);
    throw error;
  } finally {
    await stack.stop();
  }
}

function showLogs({ apis, workers }: Stack): void {
  for (const { app, pid, log } of [...apis, ...workers]) process.stderr.write(`── ${app} ${pid}\n${log}\n`);
}

/** The key of every file in the folder storage, including files that are being written. */
export async function storedKeys(media: string): Promise<string[]> {
  const entries = await readdir(media, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(media, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .toSorted();
}
