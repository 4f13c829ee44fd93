import path from 'node:path';
import type { LauncherSettings } from '@darkroom/config';
import { findFreePort, startWatchdog, waitForWatchdog, type Watchdog } from '@darkroom/embedded';
import { localUrl } from './address.js';
import { checkPort } from './check-port.js';
import { createChildEnvironment } from './create-child-environment.js';
import { startChildService, type ChildService } from './child-service.js';
import { prepareDataFolder, createPrivateFolder } from './data-folder.js';
import { stoppedByRequest } from './errors.js';
import { lockFolder } from './folder-lock.js';
import { writeEnvironment } from './write-environment.js';
import { loadOrCreateSecret } from './load-or-create-secret.js';
import { openLogFile } from './log-file.js';
import { readLogLine } from './log-line.js';
import { Running } from './running.js';
import { startBroker } from './start-broker.js';
import { startDatabase } from './start-database.js';
import type { Steps } from './steps.js';

export interface LaunchOptions {
  settings: LauncherSettings;
  environment: Readonly<Record<string, string | undefined>>;
  /** JavaScript files of the services. */
  entries: { api: string; worker: string };
  /** Whether the services restart when a file that they have loaded changes. */
  reload: boolean;
  /** Folder of the built gallery, if it exists. */
  web: string | undefined;
  steps: Steps;
  /** Aborts the start. */
  signal: AbortSignal;
}

/** The running platform. */
export interface Platform {
  url: string;
  dataFolder: string;
  databaseFolder: string | undefined;
  broker: string;
  logFile: string;
  running: Running;
}

/**
 * Starts the database, the broker, then worker and api at once, and waits until they are ready. When one of them fails,
 * stops those that were started.
 *
 * @throws DarkroomError `launch`, `embedded_server` or `stopped`
 */
export async function launch(options: LaunchOptions): Promise<Platform> {
  const running = new Running();
  try {
    return await start(options, running);
  } catch (error) {
    await running.stop();
    throw options.signal.aborted ? stoppedByRequest() : error;
  }
}

async function start(options: LaunchOptions, running: Running): Promise<Platform> {
  const { settings, steps, signal } = options;
  const { watchdog, log } = await openFolder(options, running);
  const ports = await choosePorts(options);
  const linkSecret =
    settings.links.secret?.reveal() ?? (await loadOrCreateSecret(path.join(settings.data, 'link.secret')));

  signal.throwIfAborted();
  const database = settings.database.url === undefined ? await startOwnDatabase() : undefined;
  signal.throwIfAborted();
  const broker = await steps.step(
    'Starting the broker',
    () => startBroker(settings, watchdog, (line) => log('broker', line)),
    ({ description }) => `Broker: ${description}`,
  );
  if (broker.server !== undefined) running.addServer('The broker', broker.server);

  signal.throwIfAborted();
  const environment = createChildEnvironment(options.environment, {
    settings,
    databaseUrl: settings.database.url?.reveal() ?? database?.url ?? '',
    broker,
    linkSecret,
    web: options.web,
    ports,
  });
  running.addLast(await writeEnvironment(settings.data, environment));
  const hosts = { worker: settings.worker.host, api: settings.http.host };
  await startStep(steps, 'worker and the api', () =>
    startTogether(running, signal, ['worker', 'api'], (name, either) =>
      startChildService(
        {
          name,
          entry: options.entries[name],
          reload: options.reload,
          environment,
          readyUrl: `${localUrl(hosts[name], ports[name])}/readyz`,
          stopTimeout: (settings.shutdown.lameDuckSeconds + settings.shutdown.drainSeconds + 5) * 1000,
          watchdog,
          onLine: (line) => log(name, line),
        },
        either,
      ),
    ),
  );
  return {
    url: localUrl(settings.http.host, ports.api),
    dataFolder: settings.data,
    databaseFolder: database?.folder,
    broker: broker.description,
    logFile: logPath(settings),
    running,
  };

  async function startOwnDatabase() {
    const started = await startStep(steps, 'database', () =>
      startDatabase(settings.data, watchdog, (line) => log('database', line)),
    );
    running.addServer('The database', started);
    return started;
  }
}

/**
 * Starts services at once, each on a core of its own. When one fails, stops the others.
 *
 * @param names - in the order in which they would start alone: they stop in reverse order
 */
async function startTogether<const Name>(
  running: Running,
  signal: AbortSignal,
  names: readonly Name[],
  startOne: (name: Name, signal: AbortSignal) => Promise<ChildService>,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const starts = names.map(async (name) => {
    try {
      return await startOne(name, either);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  for (const outcome of await Promise.allSettled(starts)) {
    if (outcome.status === 'fulfilled') running.addService(outcome.value);
  }
  failure.signal.throwIfAborted();
}

function startStep<T>(steps: Steps, name: string, work: () => Promise<T>): Promise<T> {
  return steps.step(`Starting the ${name}`, work, () => `Started the ${name}`);
}

type Log = (source: string, line: string) => void;

/** Locks the data folder, checks that the port is free, and starts the watchdog for the servers that follow. */
async function openFolder(
  { settings, reload, steps }: LaunchOptions,
  running: Running,
): Promise<{ watchdog: Watchdog; log: Log }> {
  await prepareDataFolder(settings.data);
  const lock = lockFolder(settings.data);
  running.addLast(() => lock.release());
  if (settings.http.port !== 0) await checkPort(settings.http.host, settings.http.port);
  const previous = lock.previous?.watchdogPid;
  if (previous !== undefined) {
    await steps.step('Waiting for processes of the previous run to end', () => waitForWatchdog(previous));
  }
  const watchdog = startWatchdog();
  lock.sign({ pid: process.pid, watchdogPid: watchdog.pid });
  running.addLast(() => watchdog.close());
  await createPrivateFolder(path.dirname(logPath(settings)));
  const file = openLogFile(logPath(settings));
  running.addLast(() => file.close());
  return {
    watchdog,
    log(source, line) {
      file.write(source, line);
      const { severity, text, plain } = readLogLine(line);
      // Lines of the database and the broker go to the log file only.
      const isService = source === 'api' || source === 'worker';
      // Stacks, and Node's messages about restarts.
      if (isService && reload && plain) steps.line(`${source}: ${line}`);
      else if (isService && severity !== 'info' && severity !== 'debug')
        steps.line(`${source} ${severity}: ${text}`);
    },
  };
}

async function choosePorts({
  settings,
  environment,
}: LaunchOptions): Promise<{ api: number; worker: number }> {
  const api = settings.http.port === 0 ? await findFreePort(settings.http.host) : settings.http.port;
  // Users do not need the worker's port, so it is any free one: two platforms on one machine do not collide on it.
  const named = Boolean(environment['DARKROOM_WORKER_PORT']) && settings.worker.port !== 0;
  return { api, worker: named ? settings.worker.port : await findFreePort(settings.worker.host) };
}

function logPath(settings: LauncherSettings): string {
  return path.join(settings.data, 'logs', 'darkroom.log');
}
