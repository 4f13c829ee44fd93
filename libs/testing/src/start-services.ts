import { startWatchdog } from '@darkroom/embedded';
import { findChromium } from './find-chromium.js';
import { findNginx } from './find-nginx.js';
import { findPython } from './find-python.js';
import type { ServiceName, Started, StartedReport, Unavailable } from './services.js';
import { startMoto } from './start-moto.js';
import { startPostgresServers } from './start-postgres.js';
import { startRedis } from './start-redis.js';
import { startS3 } from './start-s3.js';

const STARTERS = {
  postgres: startPostgresServers,
  redis: startRedis,
  s3: startS3,
  nginx: findNginx,
  moto: startMoto,
  chromium: findChromium,
  python: findPython,
} as const;

export interface RunningServices extends StartedReport {
  /** Stops all of them, even when stopping one fails. */
  stop(): Promise<void>;
}

/**
 * Starts services at the same time. Leaves a missing one out and records the reason.
 *
 * @param wanted - names of services. Default: all
 */
export async function startServices(
  wanted: readonly ServiceName[] = ['postgres', 'redis', 's3', 'nginx', 'moto', 'chromium', 'python'],
): Promise<RunningServices> {
  // vitest exits at once on Ctrl-C, without its teardown.
  const watchdog = startWatchdog();
  const services: Record<string, unknown> = {};
  const unavailable: Unavailable = {};
  const running: Started<unknown>[] = [];
  await Promise.all(
    wanted.map(async (name) => {
      try {
        const started = await STARTERS[name](watchdog);
        running.push(started);
        services[name] = started.service;
      } catch (error) {
        unavailable[name] = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  return {
    services,
    unavailable,
    stop: async () => {
      await Promise.allSettled(running.map((service) => service.stop()));
      await watchdog.close();
    },
  };
}

/**
 * Reads a list of services such as `postgres,redis`.
 *
 * @throws Error naming an unknown service
 */
export function parseServiceNames(text: string): ServiceName[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      if (Object.hasOwn(STARTERS, name)) return name as ServiceName;
      throw new Error(
        `DARKROOM_TEST_SERVICES: expected a comma-separated list of ${Object.keys(STARTERS).join(', ')}, got "${name}".`,
      );
    });
}
