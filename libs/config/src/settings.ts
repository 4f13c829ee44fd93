import type { VariantFormat } from '@darkroom/contracts';
import type { Secret } from './secret.js';

export interface HttpSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bytes a file. */
  readonly maxBytes: number;
  /** Bytes a request. */
  readonly maxRequestBytes: number;
  readonly maxFiles: number;
  /** Bytes that an upload leaves free on its disk. */
  readonly diskFloor: number;
}

export interface WebSettings {
  /** Absolute path of the built gallery; undefined: the api serves no page. */
  readonly folder: string | undefined;
}

export interface RateSettings {
  /** 0: no limit. */
  readonly uploadsPerMinute: number;
  readonly uploadBurst: number;
  /** 0: no limit. */
  readonly signInsPerMinute: number;
}

interface AnyAccess {
  /** Origins besides loopback names, as browsers send them (`https://host[:port]`). */
  readonly origins: readonly string[];
  /** IP addresses, CIDR ranges and `loopback`. */
  readonly trustedProxies: readonly string[];
  readonly sessionSeconds: number;
}
export type AccessSettings =
  (AnyAccess & { readonly mode: 'open' }) | (AnyAccess & { readonly mode: 'token'; readonly token: Secret });

export interface FolderStorageSettings {
  readonly kind: 'folder';
  /** Absolute path. */
  readonly path: string;
  /** Location of the nginx in front that sends the bytes; undefined: the api does. */
  readonly accelRedirect: string | undefined;
}
export interface S3StorageSettings {
  readonly kind: 's3';
  readonly bucket: string;
  /** Undefined: as the AWS SDK finds it. */
  readonly region: string | undefined;
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  readonly encryption:
    | { readonly kind: 'none' }
    | { readonly kind: 'AES256' }
    | { readonly kind: 'aws:kms'; readonly keyId: string | undefined };
}

export interface LinkSettings {
  /** Set whenever the api's storage is a folder. */
  readonly secret: Secret | undefined;
  readonly seconds: number;
}

export interface DatabaseSettings {
  readonly url: Secret;
  /** Most connections of this process. */
  readonly poolSize: number;
}

/** Either kind carries the URL it speaks to: Redis or the database. */
export interface BrokerSettings {
  readonly kind: 'redis' | 'postgres';
  readonly url: Secret;
}

/** Limits of processing one picture. */
export interface LimitSettings {
  readonly maxPixels: number;
  readonly maxFrames: number;
  readonly timeoutSeconds: number;
  /** Bytes of the decoder process. */
  readonly maxMemory: number;
}

export interface WorkerProcessSettings {
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Of health and metrics. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What every process gets. */
interface CommonSettings {
  /** Absolute path of the data folder. */
  readonly data: string;
  readonly http: HttpSettings;
  readonly web: WebSettings;
  readonly rates: RateSettings;
  readonly storage: FolderStorageSettings | S3StorageSettings;
  readonly limits: LimitSettings;
  readonly worker: WorkerProcessSettings;
  /** Of variants; JPEG is always among them. */
  readonly formats: readonly VariantFormat[];
  readonly shutdown: { readonly lameDuckSeconds: number; readonly drainSeconds: number };
  readonly log: { readonly level: LogLevel };
  /** Whether what would lose pictures keeps the process from starting. */
  readonly isProduction: boolean;
}

/** Settings of the api. */
export interface Settings extends CommonSettings {
  readonly access: AccessSettings;
  readonly links: LinkSettings;
  readonly database: DatabaseSettings;
  readonly broker: BrokerSettings;
}

/** Settings of a worker: it answers no caller and gives out no link, so it needs neither token nor link secret. */
export interface WorkerSettings extends CommonSettings {
  readonly database: DatabaseSettings;
  readonly broker: BrokerSettings;
}

/** Settings of the launcher, which brings the services that no setting names. */
export interface LauncherSettings extends CommonSettings {
  readonly access: AccessSettings;
  readonly links: LinkSettings;
  readonly database: { readonly url: Secret | undefined; readonly poolSize: number };
  /** `kind` undefined: neither DARKROOM_BROKER nor REDIS_URL is set, so the launcher chooses. */
  readonly broker: { readonly kind: 'redis' | 'postgres' | undefined; readonly redisUrl: Secret | undefined };
}

export interface SettingsOf {
  api: Settings;
  worker: WorkerSettings;
  launcher: LauncherSettings;
}
export type ProcessName = keyof SettingsOf;
