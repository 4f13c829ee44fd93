import type { Watchdog } from '@darkroom/embedded';
import type { StartedTestContainer } from 'testcontainers';
import { withTimeout } from './with-timeout.js';

/** Time for the engine to say that it is there; a dead socket otherwise hangs. */
const ENGINE_TIMEOUT = 5_000;
/** Time for a container to be up, the pull of its image included. */
const CONTAINER_TIMEOUT = 120_000;

export interface ContainerRequest {
  image: string;
  port: number;
  command: string[];
  environment?: Record<string, string>;
  /** Folders of this machine that it may read, with where it finds each. */
  folders?: Record<string, string>;
  /** A line of its log that says it is ready. */
  ready: RegExp;
  /** Removes it should this process be killed. */
  watchdog?: Watchdog | undefined;
}

/**
 * Starts a container and waits until it is ready.
 *
 * @throws Error when no Docker engine answers, or the container does not come up in time
 */
export async function startContainer(request: ContainerRequest): Promise<StartedTestContainer> {
  // The reaper is one more image to pull; whoever starts a container here stops it.
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
    const container = await withTimeout(starting, CONTAINER_TIMEOUT, `${request.image} does not come up`);
    request.watchdog?.guard({ command: ['docker', 'rm', '--force', '--volumes', container.getId()] });
    return container;
  } catch (error) {
    // It may still come up after its time is over: nobody would stop it then.
    starting.then(
      (late) => late.stop(),
      () => undefined,
    );
    throw error;
  }
}
