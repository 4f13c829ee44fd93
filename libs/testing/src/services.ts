/** The services that a test run has started, as specs see them. */
export interface Services {
  /** A server with a database of its own kind for each caller of `testDatabase()`. */
  postgres?: { url: string };
  redis?: { url: string };
  s3?: S3Service;
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

export interface StartedReport {
  services: Services;
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
  return report().services;
}

/** The services that could not be had, each with the reason in one sentence. */
export function unavailableServices(): Unavailable {
  return report().unavailable;
}
