import { isLoopback, type LauncherSettings } from '@darkroom/config';
import type { Broker } from './start-broker.js';

export interface ChildPlan {
  settings: LauncherSettings;
  databaseUrl: string;
  broker: Broker;
  linkSecret: string;
  /** Folder of the built gallery, where there is one. */
  web: string | undefined;
  /** Ports that were chosen where the settings leave it open. */
  ports: { api: number; worker: number };
}

/** Who reaches a loopback address is this machine's person, who may upload a whole folder at once. */
const UNLIMITED = { DARKROOM_UPLOADS_PER_MINUTE: '0', DARKROOM_SIGN_INS_PER_MINUTE: '0' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of api and worker: that of the launcher, with what it has started in the place of what was unset.
 *
 * @param own - the launcher's own environment
 */
export function childEnvironment(own: Environment, plan: ChildPlan): Record<string, string | undefined> {
  const { settings, broker } = plan;
  return {
    NODE_ENV: 'production',
    DARKROOM_WEB: plan.web,
    ...(isLoopback(settings.http.host) ? UNLIMITED : {}),
    // Compose and CI hand unset variables on as empty texts, which must not undo what stands above.
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
