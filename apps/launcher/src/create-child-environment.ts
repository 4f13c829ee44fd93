import { isLoopback, type LauncherSettings } from '@darkroom/config';
import type { Broker } from './start-broker.js';

export interface ChildPlan {
  settings: LauncherSettings;
  databaseUrl: string;
  broker: Broker;
  linkSecret: string;
  /** Folder of the built gallery, if it exists. */
  web: string | undefined;
  /** The ports: from the settings, or free ones. */
  ports: { api: number; worker: number };
}

/** Only users of this machine reach a loopback address. */
const UNLIMITED = { DARKROOM_SIGN_INS_PER_MINUTE: '0' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Creates the environment of api and worker: the launcher's own, plus the addresses of the servers that it started.
 *
 * @param own - the launcher's own environment
 */
export function createChildEnvironment(
  own: Environment,
  plan: ChildPlan,
): Record<string, string | undefined> {
  const { settings, broker } = plan;
  return {
    NODE_ENV: 'production',
    DARKROOM_WEB: plan.web,
    ...(isLoopback(settings.http.host) ? UNLIMITED : {}),
    // Compose and CI pass unset variables as empty strings, which must not override the values above.
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')),
    DARKROOM_DATA: settings.data,
    DARKROOM_PORT: String(plan.ports.api),
    DARKROOM_WORKER_PORT: String(plan.ports.worker),
    DARKROOM_LINK_SECRET: plan.linkSecret,
    DARKROOM_BROKER: broker.kind,
    DATABASE_URL: plan.databaseUrl,
    REDIS_URL: broker.url,
  };
}
