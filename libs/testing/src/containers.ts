import type { Watchdog } from '@darkroom/embedded';
import type { StartedTestContainer } from 'testcontainers';
import { withTimeout } from './with-timeout.js';

/** Milliseconds for the engine to answer. Without this limit, a dead socket would hang. */
const ENGINE_TIMEOUT = 5_000;
/** Milliseconds for a container to start, including the pull of its image. */
const CONTAINER_TIMEOUT = 120_000;

export interface ContainerRequest {
  image: string;
  port: number;
  command: string[];
  environment?: Record<string, string>;
  /** Folders of this machine that it may read, and where each is mounted. */
  folders?: Record<string, string>;
  /** The line of its log that reports it ready. */
  ready: RegExp;
  /** Removes it if this process is killed. */
  watchdog?: Watchdog | undefined;
}

/**
 * Starts a container and waits until it is ready.
 *
 * @throws Error when no Docker engine answers, or the container does not start in time
 */
export async function startContainer(request: ContainerRequest): Promise<StartedTestContainer> {
  // The reaper would be another image to pull, and each caller stops its container.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  await withTimeout(getContainerRuntimeClient(), ENGINE_TIMEOUT, 'Docker does not answer');
  const starting = new GenericContainer(request.image)
    .withExposedPorts(request.port)
    .withCommand(request.command)
    .withEnvironment(request.environment ?? {})
    .withBindMounts(
      Object.entries(request.folders ?? {}).map(([source, target]) => ({ source, target, mode: 'ro' })),
    )
    .withWaitStrategy(Wait.forLogMessage(request.ready))
    .withStartupTimeout(CONTAINER_TIMEOUT)
    .start();
  try {
    const container = await withTimeout(starting, CONTAINER_TIMEOUT, `${request.image} does not start`);
    request.watchdog?.guard({ command: ['docker', 'rm', '--force', '--volumes', container.getId()] });
    return container;
  } catch (error) {
    // The container may still start after the time limit. Stop it then.
    starting.then(
      (late) => late.stop(),
      () => undefined,
    );
    throw error;
  }
}
