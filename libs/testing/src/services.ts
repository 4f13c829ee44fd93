/** The services that a test run has started, as specs see them. */
export interface Services {
  /** A server with a database of its own kind for each caller of `testDatabase()`; no other test file uses it now. */
  postgres?: { url: string };
  redis?: { url: string };
  s3?: S3Service;
  /** The one on the PATH, for `startGateway()`. */
  nginx?: { version: string };
  /** moto, the emulator of AWS: shared by all, so a spec takes an account or a stack of its own. */
  moto?: { endpoint: string };
  /** A browser for those who start it. */
  chromium?: { executable: string };
}

export interface S3Service {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

export type ServiceName = keyof Services;

/** Why a service is not there: shown at the end of the run. */
export type Unavailable = Partial<Record<ServiceName, string>>;

/** A service with the way to end it. */
export interface Started<T> {
  service: T;
  stop(): Promise<void>;
}

/** The variable through which the run's global setup tells its workers what it has started. */
export const STARTED_VARIABLE = 'DARKROOM_TEST_STARTED';

/** What was started: of PostgreSQL several servers, one for each of vitest's workers. */
export type StartedServices = Omit<Services, 'postgres'> & { postgres?: { urls: string[] } };

export interface StartedReport {
  services: StartedServices;
  unavailable: Unavailable;
}

function report(): StartedReport {
  const text = process.env[STARTED_VARIABLE];
  if (text === undefined) {
    throw new Error(
      'No services were started for this test: only *.medium.spec.ts and e2e specs have them (vitest.config.ts).',
    );
  }
  return JSON.parse(text) as StartedReport;
}

/**
 * What the run's global setup has started. A spec skips what it cannot do without:
 * `describe.skipIf(!services().redis)('…', …)`.
 */
export function services(): Services {
  const { postgres, ...others } = report().services;
  return { ...others, ...(postgres !== undefined && { postgres: { url: ownServer(postgres.urls) } }) };
}

/** The server of the worker that runs this: two that shared one would hold up each other's change feeds. */
function ownServer(urls: readonly string[]): string {
  // vitest counts its workers from 1.
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 1);
  const url = urls[worker - 1];
  if (url === undefined)
    throw new Error(`There are ${urls.length} PostgreSQL servers, and none for vitest's worker ${worker}.`);
  return url;
}

/** The services that could not be had, each with the reason in one sentence. */
export function unavailableServices(): Unavailable {
  return report().unavailable;
}
