import type { VariantFormat } from '@darkroom/contracts';
import type { Secret } from './secret.js';

export interface HttpSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bytes per file. */
  readonly maxBytes: number;
  /** Bytes per request. */
  readonly maxRequestBytes: number;
  readonly maxFiles: number;
  /** Bytes that must stay free on the disk of an upload. */
  readonly diskFloor: number;
}

export interface WebSettings {
  /** Absolute path of the built gallery; undefined: the api serves no page. */
  readonly folder: string | undefined;
}

export interface RateSettings {
  /** Per caller. 0: no limit. */
  readonly uploadsPerMinute: number;
  readonly uploadBurst: number;
  /** 0: no limit. */
  readonly signInsPerMinute: number;
}

/** Limits of the pictures of one owner that wait or are being processed. */
export interface WaitingSettings {
  /** 0: no limit. */
  readonly maxPictures: number;
  /** Bytes of their originals together. 0: no limit. */
  readonly maxBytes: number;
}

interface AnyAccess {
  /** Origins accepted in addition to loopback names, as browsers send them (`https://host[:port]`). */
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
  /** Internal location of the nginx in front, which sends the bytes; undefined: the api sends them. */
  readonly accelRedirect: string | undefined;
}
export interface S3StorageSettings {
  readonly kind: 's3';
  readonly bucket: string;
  /** Undefined: the AWS SDK finds it. */
  readonly region: string | undefined;
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  readonly encryption:
    | { readonly kind: 'none' }
    | { readonly kind: 'AES256' }
    | { readonly kind: 'aws:kms'; readonly keyId: string | undefined };
}

export interface LinkSettings {
  /** Always set when the api's storage is a folder. */
  readonly secret: Secret | undefined;
  readonly seconds: number;
}

export interface DatabaseSettings {
  readonly url: Secret;
  /** Maximum number of connections of this process. */
  readonly poolSize: number;
}

/** `url` is the URL of Redis or of the database, depending on the kind. */
export interface BrokerSettings {
  readonly kind: 'redis' | 'postgres';
  readonly url: Secret;
}

/** Limits of processing one picture. */
export interface LimitSettings {
  readonly maxPixels: number;
  readonly maxFrames: number;
  readonly timeoutSeconds: number;
  /** Bytes that the decoder process may use. */
  readonly maxMemory: number;
}

export interface WorkerProcessSettings {
  /** Jobs at a time. */
  readonly concurrency: number;
  /** Seconds after which a decoder without a picture ends; 0: never. */
  readonly decoderIdleSeconds: number;
  /** Address of the health and metrics endpoints. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** The settings that every process gets. */
interface CommonSettings {
  /** Absolute path of the data folder. */
  readonly data: string;
  readonly http: HttpSettings;
  readonly web: WebSettings;
  readonly rates: RateSettings;
  readonly waiting: WaitingSettings;
  /** The token that may read the metrics of api and worker; undefined: none. */
  readonly metrics: { readonly token: Secret | undefined };
  readonly storage: FolderStorageSettings | S3StorageSettings;
  readonly limits: LimitSettings;
  readonly worker: WorkerProcessSettings;
  /** Formats of variants. JPEG is always included. */
  readonly formats: readonly VariantFormat[];
  /** Whether the largest JPEG of an UltraHDR photograph keeps its gain map. */
  readonly keepGainMap: boolean;
  /** What may decode HEIC. */
  readonly heicDecoder: 'auto' | 'webassembly';
  readonly shutdown: { readonly lameDuckSeconds: number; readonly drainSeconds: number };
  readonly log: { readonly level: LogLevel };
  /** Whether a configuration that could lose pictures prevents the start. */
  readonly isProduction: boolean;
}

/** Settings of the api. */
export interface Settings extends CommonSettings {
  readonly access: AccessSettings;
  readonly links: LinkSettings;
  readonly database: DatabaseSettings;
  readonly broker: BrokerSettings;
}

/** Settings of a worker. It answers no callers and signs no links, so it needs neither token nor link secret. */
export interface WorkerSettings extends CommonSettings {
  readonly database: DatabaseSettings;
  readonly broker: BrokerSettings;
}

/** Settings of the launcher, which starts the services that no setting names. */
export interface LauncherSettings extends CommonSettings {
  readonly access: AccessSettings;
  readonly links: LinkSettings;
  readonly database: { readonly url: Secret | undefined; readonly poolSize: number };
  /** `kind` undefined: neither DARKROOM_BROKER nor REDIS_URL is set, and the launcher chooses. */
  readonly broker: { readonly kind: 'redis' | 'postgres' | undefined; readonly redisUrl: Secret | undefined };
}

export interface SettingsOf {
  api: Settings;
  worker: WorkerSettings;
  launcher: LauncherSettings;
}
export type ProcessName = keyof SettingsOf;
