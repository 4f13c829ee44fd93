import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Values } from './definitions.js';
import { isLoopback } from './readers.js';
import type {
  AccessSettings,
  BrokerSettings,
  LauncherSettings,
  S3StorageSettings,
  Settings,
  SettingsOf,
  WorkerSettings,
} from './settings.js';

const CONCURRENCY_MIN = 2;
const CONCURRENCY_MAX = 32;
/** About three times as many pictures as two cores process in a minute. */
const UPLOADS_PER_MINUTE = 3_000;

/** Decoding a picture uses one thread. A second job per core keeps the core busy while the first waits for storage. */
export function defaultConcurrency(cores: number = availableParallelism()): number {
  return Math.min(CONCURRENCY_MAX, Math.max(CONCURRENCY_MIN, 2 * cores));
}

/** @returns a value that the rules have checked */
function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is unset although the rules passed`);
  return value;
}

function access(values: Values): AccessSettings {
  const shared = {
    origins: values.DARKROOM_ORIGIN ?? [],
    trustedProxies: values.DARKROOM_TRUSTED_PROXIES ?? [],
    sessionSeconds: values.DARKROOM_SESSION_SECONDS,
  };
  if (values.DARKROOM_ACCESS !== 'token') return { ...shared, mode: 'open' };
  return { ...shared, mode: 'token', token: known(values.DARKROOM_TOKEN, 'DARKROOM_TOKEN') };
}

function encryption(values: Values): S3StorageSettings['encryption'] {
  const kind = values.DARKROOM_SSE;
  return kind === 'aws:kms' ? { kind, keyId: values.DARKROOM_SSE_KMS_KEY } : { kind };
}

function storage(values: Values, data: string, base: string): Settings['storage'] {
  if (values.DARKROOM_STORAGE === 'folder') {
    const media = values.DARKROOM_MEDIA;
    return {
      kind: 'folder',
      path: media === undefined ? join(data, 'media') : resolve(base, media),
      accelRedirect: values.DARKROOM_ACCEL_REDIRECT,
    };
  }
  return {
    kind: 's3',
    bucket: known(values.DARKROOM_BUCKET, 'DARKROOM_BUCKET'),
    region: values.AWS_REGION,
    endpoint: values.AWS_ENDPOINT_URL,
    encryption: encryption(values),
  };
}

function brokerKind(values: Values): 'redis' | 'postgres' {
  return values.DARKROOM_BROKER ?? (values.REDIS_URL === undefined ? 'postgres' : 'redis');
}

function broker(values: Values): BrokerSettings {
  const kind = brokerKind(values);
  const name = kind === 'redis' ? 'REDIS_URL' : 'DATABASE_URL';
  return { kind, url: known(values[name], name) };
}

/** In open mode on a loopback address, the only callers are the users of this machine: no limit. */
function uploadsPerMinute(values: Values): number {
  const isLocal = isLoopback(values.DARKROOM_PUBLISHED_ON ?? values.DARKROOM_HOST);
  const isOpen = values.DARKROOM_ACCESS !== 'token';
  return values.DARKROOM_UPLOADS_PER_MINUTE ?? (isOpen && isLocal ? 0 : UPLOADS_PER_MINUTE);
}

function common(values: Values, base: string) {
  const data = resolve(base, values.DARKROOM_DATA);
  return {
    data,
    http: {
      host: values.DARKROOM_HOST,
      port: values.DARKROOM_PORT,
      maxBytes: values.DARKROOM_MAX_BYTES,
      maxRequestBytes: values.DARKROOM_MAX_REQUEST_BYTES,
      maxFiles: values.DARKROOM_MAX_FILES,
      diskFloor: values.DARKROOM_DISK_FLOOR,
    },
    web: { folder: values.DARKROOM_WEB === undefined ? undefined : resolve(base, values.DARKROOM_WEB) },
    rates: {
      uploadsPerMinute: uploadsPerMinute(values),
      uploadBurst: values.DARKROOM_UPLOAD_BURST,
      signInsPerMinute: values.DARKROOM_SIGN_INS_PER_MINUTE,
    },
    waiting: { maxPictures: values.DARKROOM_MAX_WAITING, maxBytes: values.DARKROOM_MAX_WAITING_BYTES },
    metrics: { token: values.DARKROOM_METRICS_TOKEN },
    storage: storage(values, data, base),
    limits: {
      maxPixels: values.DARKROOM_MAX_PIXELS,
      maxFrames: values.DARKROOM_MAX_FRAMES,
      timeoutSeconds: values.DARKROOM_TIMEOUT_SECONDS,
      maxMemory: values.DARKROOM_MAX_MEMORY,
    },
    worker: {
      concurrency: values.DARKROOM_WORKER_CONCURRENCY ?? defaultConcurrency(),
      decoderIdleSeconds: values.DARKROOM_DECODER_IDLE_SECONDS,
      host: values.DARKROOM_WORKER_HOST,
      port: values.DARKROOM_WORKER_PORT,
    },
    formats: values.DARKROOM_FORMATS,
    keepGainMap: values.DARKROOM_KEEP_GAIN_MAP,
    heicDecoder: values.DARKROOM_HEIC_DECODER,
    shutdown: {
      lameDuckSeconds: values.DARKROOM_LAME_DUCK_SECONDS,
      drainSeconds: values.DARKROOM_DRAIN_SECONDS,
    },
    log: { level: values.LOG_LEVEL },
    isProduction: values.NODE_ENV === 'production',
  };
}

const links = (values: Values) => ({
  secret: values.DARKROOM_LINK_SECRET,
  seconds: values.DARKROOM_LINK_SECONDS,
});

const database = (values: Values) => ({
  url: known(values.DATABASE_URL, 'DATABASE_URL'),
  poolSize: values.DARKROOM_DATABASE_POOL,
});

/** Groups the values for each process, once they have passed every rule. Relative paths start at `base`. */
export const assemblers: {
  readonly [Name in keyof SettingsOf]: (values: Values, base: string) => SettingsOf[Name];
} = {
  api: (values, base): Settings => ({
    ...common(values, base),
    access: access(values),
    links: links(values),
    database: database(values),
    broker: broker(values),
  }),
  worker: (values, base): WorkerSettings => ({
    ...common(values, base),
    database: database(values),
    broker: broker(values),
  }),
  launcher: (values, base): LauncherSettings => ({
    ...common(values, base),
    access: access(values),
    links: links(values),
    database: { url: values.DATABASE_URL, poolSize: values.DARKROOM_DATABASE_POOL },
    broker: {
      kind: values.DARKROOM_BROKER ?? (values.REDIS_URL === undefined ? undefined : 'redis'),
      redisUrl: values.REDIS_URL,
    },
  }),
};
