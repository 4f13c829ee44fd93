/** The services of a test run, as specs see them. */
export interface Services {
  /** A server that creates a new database for each caller of `testDatabase()`; no other test file uses it at the same time. */
  postgres?: { url: string };
  redis?: { url: string };
  s3?: S3Service;
  /** The nginx on the PATH, for `startGateway()`. */
  nginx?: { version: string };
  /** moto, the emulator of AWS: all specs share it, so each uses its own account or stack. */
  moto?: { endpoint: string };
  /** The path of a browser for specs to start. */
  chromium?: { executable: string };
  /** A Python with the encoders of formats that sharp does not write; for `drawWithPython()`. */
  python?: { command: string };
}

export interface S3Service {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

export type ServiceName = keyof Services;

/** Why a service is missing: shown at the end of the run. */
export type Unavailable = Partial<Record<ServiceName, string>>;

/** A service and how to stop it. */
export interface Started<T> {
  service: T;
  stop(): Promise<void>;
}

/** The variable in which the run's global setup passes the started services to its workers. */
export const STARTED_VARIABLE = 'DARKROOM_TEST_STARTED';

/** The started services: several PostgreSQL servers, one for each of vitest's workers. */
export type StartedServices = Omit<Services, 'postgres'> & { postgres?: { urls: string[] } };

export interface StartedReport {
  services: StartedServices;
  unavailable: Unavailable;
}

function report(): StartedReport {
  const text = process.env[STARTED_VARIABLE];
  if (text === undefined) {
    throw new Error(
      'No services were started for this test. Only *.medium.spec.ts and e2e specs have services (vitest.config.ts).',
    );
  }
  return JSON.parse(text) as StartedReport;
}

/**
 * Returns what the run's global setup has started. A spec skips tests whose service is missing:
 * `describe.skipIf(!services().redis)('…', …)`.
 */
export function services(): Services {
  const { postgres, ...others } = report().services;
  return { ...others, ...(postgres !== undefined && { postgres: { url: ownServer(postgres.urls) } }) };
}

/** The server of this worker: two workers on one server would delay each other's change feeds. */
function ownServer(urls: readonly string[]): string {
  // vitest numbers its workers from 1.
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 1);
  const url = urls[worker - 1];
  if (url === undefined)
    throw new Error(`vitest's worker ${worker} has no PostgreSQL server: only ${urls.length} were started.`);
  return url;
}

/** The missing services, each with the reason in one sentence. */
export function unavailableServices(): Unavailable {
  return report().unavailable;
}
