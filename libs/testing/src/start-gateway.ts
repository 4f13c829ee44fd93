import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, startServerProcess } from '@darkroom/embedded';
import { NginxReloads } from './nginx-reloads.js';

const run = promisify(execFile);

const GATEWAY = fileURLToPath(new URL('../../../apps/gateway/', import.meta.url));
const SUFFIX = '.template';
const ACCESS_LOG = 'access.log';

export interface GatewayOptions {
  /** Host and port of the api. */
  upstream: string;
  /** Folder of the page. Default: an empty one. */
  web?: string;
  /** Folder of the folder storage. Default: an empty one. */
  media?: string;
  /** Folder with a `getent` that resolves the api's name for the test. */
  programs?: string;
  /** More settings of the gateway. */
  env?: Record<string, string>;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface Gateway {
  url: string;
  port: number;
  /** URL of nginx's status page. */
  statusUrl: string;
  /** Resolves with the access log once a line matches; nginx writes it every second. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine[]>;
  /** Call it before the change. @returns once nginx uses only the new configuration */
  nextReload(): Promise<void>;
  /** nginx's other messages. */
  messages: string[];
  stop(): Promise<void>;
}

/**
 * Starts the gateway with the nginx on the PATH: reads its settings and renders its templates as the entrypoint of the
 * official image does.
 *
 * @throws DarkroomError `embedded_server` when nginx refuses the configuration
 * @throws Error when a setting is invalid
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-gateway-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, options: GatewayOptions): Promise<Gateway> {
  const port = await findFreePort();
  const statusPort = await findFreePort();
  const values = await renderGateway(folder, { ...options, port, statusPort });
  const configuration = path.join(folder, 'nginx.conf');
  const stopFollowing = await followApi(values, options.programs);
  await run('nginx', ['-t', ...argumentsFor(configuration)]);
  const messages: string[] = [];
  const reloads = new NginxReloads();
  const server = await startServerProcess({
    name: 'nginx',
    command: 'nginx',
    args: argumentsFor(configuration),
    cwd: folder,
    ready: /start worker process \d+/,
    stopSignals: ['SIGTERM'],
    onLine: (line) => {
      messages.push(line);
      reloads.read(line);
    },
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    statusUrl: `http://127.0.0.1:${statusPort}/status`,
    messages,
    nextReload: () => reloads.next(),
    logged: async (fits) => {
      for (;;) {
        const lines = await readLog(path.join(folder, ACCESS_LOG));
        if (lines.some(fits)) return lines;
        await pause(50);
      }
    },
    stop: async () => {
      stopFollowing();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Keeps nginx's workers running as root, because another user cannot enter a temporary folder. */
function argumentsFor(configuration: string): string[] {
  return ['-c', configuration, ...(process.getuid?.() === 0 ? ['-g', 'user root;'] : [])];
}

/** @returns the variables that the templates were rendered with */
async function renderGateway(
  folder: string,
  options: GatewayOptions & { port: number; statusPort: number },
): Promise<Record<string, string>> {
  const [web, media] = [path.join(folder, 'web'), path.join(folder, 'media')];
  await mkdir(web);
  await mkdir(media);
  const values = await readSettings({
    GATEWAY_PORT: `${options.port}`,
    GATEWAY_STATUS_PORT: `${options.statusPort}`,
    GATEWAY_UPSTREAM: options.upstream,
    GATEWAY_WEB: options.web ?? web,
    GATEWAY_MEDIA: options.media ?? media,
    GATEWAY_TEMP: folder,
    // Node's children have a socket as stdout, which cannot be opened by its path.
    GATEWAY_ACCESS_LOG: path.join(folder, ACCESS_LOG),
    ...options.env,
  });
  const templates = path.join(GATEWAY, 'templates', 'darkroom');
  for (const name of await readdir(templates)) {
    const text = await readFile(path.join(templates, name), 'utf8');
    // As `envsubst` does with the variables it is given.
    const rendered = text.replaceAll(/\$\{(\w+)\}/g, (whole, variable: string) => values[variable] ?? whole);
    await writeFile(path.join(folder, name.slice(0, -SUFFIX.length)), rendered);
  }
  return values;
}

/** Starts the script that follows the api's name. @returns a function that stops it */
async function followApi(values: Record<string, string>, programs?: string): Promise<() => void> {
  const script = path.join(GATEWAY, 'entrypoint', '17-darkroom-follow-api.sh');
  const search = [programs, process.env['PATH']].filter(Boolean).join(path.delimiter);
  // A separate process group, because the script ends and leaves a loop behind.
  const child = spawn('sh', [script], {
    env: { ...values, PATH: search },
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'exit');
  return () => void process.kill(-(child.pid ?? 0), 'SIGKILL');
}

/** The variables that the entrypoint's script derives from the settings. */
async function readSettings(settings: Record<string, string>): Promise<Record<string, string>> {
  const script = path.join(GATEWAY, 'entrypoint', '16-darkroom.envsh');
  const { stdout } = await run('sh', ['-ec', '. "$0"; env -0', script], {
    env: { PATH: process.env['PATH'], ...settings },
  });
  return Object.fromEntries(
    stdout
      .split('\0')
      .map((line) => line.split('='))
      .map(([name = '', ...value]) => [name, value.join('=')]),
  );
}

async function readLog(file: string): Promise<LogLine[]> {
  const whole = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as LogLine);
}
