import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startWatchdog, type Watchdog } from '@darkroom/embedded';
import type { StartedDockerComposeEnvironment } from 'testcontainers';
import { createCleanEnvironment } from './create-clean-environment.js';
import { ComposeContainer } from './compose-container.js';
import { findLastingPort } from './find-lasting-port.js';
import { withTimeout } from './with-timeout.js';

const run = promisify(execFile);

/** Milliseconds for the engine to answer. */
const ENGINE_TIMEOUT = 5_000;
/** Containers, volumes, networks and images that Compose creates carry the project's name in this label. */
const PROJECT_LABEL = 'com.docker.compose.project';

export interface UpOptions {
  /** Containers of a service. Default: one. */
  scale?: Record<string, number>;
  /** The content of `.env`. */
  environment?: Record<string, string>;
}

/**
 * Whether this machine can run a Compose file.
 *
 * @returns undefined when it can, otherwise the reason in one sentence
 */
export async function missingCompose(): Promise<string | undefined> {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    await withTimeout(getContainerRuntimeClient(), ENGINE_TIMEOUT, 'Docker does not answer');
    await run('docker', ['compose', 'version'], { timeout: ENGINE_TIMEOUT });
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** The project's Compose file, run under a unique name and on a free port. */
export class ComposeProject {
  readonly name: string;
  readonly #folder: string;
  readonly #scratch: string;
  readonly #watchdog: Watchdog;
  #environment: Record<string, string> = {};
  #started: StartedDockerComposeEnvironment | undefined;

  private constructor(name: string, folder: string, scratch: string) {
    this.name = name;
    this.#folder = folder;
    this.#scratch = scratch;
    // vitest ends at once on Ctrl-C, without its hooks.
    this.#watchdog = startWatchdog();
    this.#watchdog.guard({ folder: scratch });
    const down = ['down', '--volumes', '--rmi', 'local', '--timeout', '0'];
    this.#watchdog.guard({ command: ['docker', 'compose', '-p', name, '-f', this.#file, ...down] });
  }

  /** @param folder - absolute path of the folder that holds `docker-compose.yml` */
  static async open(folder: string): Promise<ComposeProject> {
    const scratch = await mkdtemp(path.join(tmpdir(), 'darkroom-compose-'));
    return new ComposeProject(path.basename(scratch).toLowerCase(), folder, scratch);
  }

  get #file(): string {
    return path.join(this.#folder, 'docker-compose.yml');
  }

  /** The published address of the gateway. */
  get url(): string {
    return `http://127.0.0.1:${this.#environment['DARKROOM_PORT']}`;
  }

  /** `docker compose up`, on a new port each time. Builds missing images; resolves when every service is healthy. */
  async up({ scale = {}, environment = {} }: UpOptions = {}): Promise<void> {
    const { DockerComposeEnvironment } = await import('testcontainers');
    this.#environment = { DARKROOM_PORT: String(await findLastingPort()), ...environment };
    const scales = Object.entries(scale).flatMap(([service, count]) => ['--scale', `${service}=${count}`]);
    this.#started = await new DockerComposeEnvironment(this.#folder, path.basename(this.#file))
      .withProjectName(this.name)
      .withAutoCleanup(false)
      // The test must not read a developer's `.env`.
      .withEnvironmentFile('/dev/null')
      .withEnvironment(this.#environment)
      .withClientOptions({ commandOptions: ['--wait', ...scales] })
      .up();
  }

  /** `docker compose down`: the volumes stay. */
  async down(): Promise<void> {
    await this.#started?.down({ removeVolumes: false });
    this.#started = undefined;
  }

  /** @param name - such as `worker-2` */
  container(name: string): ComposeContainer {
    if (this.#started === undefined) throw new Error(`${this.name} is not up`);
    return new ComposeContainer(this.#started.getContainer(name));
  }

  /** Changes the content of `.env` for later calls of {@link shell}. */
  set(environment: Record<string, string>): void {
    Object.assign(this.#environment, environment);
  }

  /**
   * Runs shell commands as a person would next to the Compose file. All calls share one folder, empty at first.
   *
   * @returns their output
   * @throws Error with their output when one of them fails
   */
  async shell(script: string): Promise<string> {
    const { stdout } = await run('sh', ['-euc', script], {
      cwd: this.#scratch,
      env: {
        ...createCleanEnvironment(),
        ...this.#environment,
        COMPOSE_FILE: this.#file,
        COMPOSE_PROJECT_NAME: this.name,
        COMPOSE_ENV_FILES: '/dev/null',
      },
      maxBuffer: 16 * 2 ** 20,
    });
    return stdout;
  }

  /** Containers, volumes and networks left of this project, one line each. */
  async remains(): Promise<string[]> {
    const filter = `--filter=label=${PROJECT_LABEL}=${this.name}`;
    const kinds = [
      ['container', 'ls', '--all'],
      ['volume', 'ls'],
      ['network', 'ls'],
    ];
    const lists = await Promise.all(
      kinds.map(async ([kind = '', ...list]) => {
        const { stdout } = await run('docker', [kind, ...list, filter, '--quiet']);
        return stdout
          .split('\n')
          .filter(Boolean)
          .map((id) => `${kind} ${id}`);
      }),
    );
    return lists.flat();
  }

  /** Removes everything, images included. */
  async close(): Promise<void> {
    // The watchdog also cleans up after a successful run: one path in every case.
    await this.#watchdog.close();
  }
}
