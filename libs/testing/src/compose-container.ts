import type { StartedTestContainer } from 'testcontainers';

/** How a container is isolated, as the engine reports it. */
export interface Confinement {
  readOnlyRoot: boolean;
  privileged: boolean;
  droppedCapabilities: string[];
  addedCapabilities: string[];
  securityOptions: string[];
  /** Bytes; 0 for no limit. */
  memoryLimit: number;
  /** Published addresses of this machine, such as `127.0.0.1:8080`. */
  published: string[];
}

/** One running container of a Compose project. */
export class ComposeContainer {
  readonly #started: StartedTestContainer;

  constructor(started: StartedTestContainer) {
    this.#started = started;
  }

  /**
   * Runs a command in it, as the container's user.
   *
   * @returns its output
   * @throws Error with its output when it fails
   */
  async exec(...command: string[]): Promise<string> {
    const { exitCode, output } = await this.#started.exec(command);
    if (exitCode !== 0)
      throw new Error(`${this.#started.getName()}: ${command.join(' ')} ended with ${exitCode}:\n${output}`);
    return output;
  }

  /** The response of an HTTP server in it to a GET on its loopback address. */
  fetch(port: number, path: string): Promise<string> {
    const program = `fetch('http://127.0.0.1:${port}${path}').then((r) => r.text()).then(console.log)`;
    return this.exec('node', '-e', program);
  }

  /** Sends SIGKILL, as the kernel does when it is out of memory. */
  async kill(): Promise<void> {
    await (await this.#handle()).kill({ signal: 'SIGKILL' });
  }

  restart(): Promise<void> {
    return this.#started.restart();
  }

  async confinement(): Promise<Confinement> {
    const { HostConfig: host, NetworkSettings: network } = await (await this.#handle()).inspect();
    return {
      readOnlyRoot: host.ReadonlyRootfs ?? false,
      privileged: host.Privileged ?? false,
      droppedCapabilities: (host.CapDrop as string[] | null) ?? [],
      addedCapabilities: (host.CapAdd as string[] | null) ?? [],
      securityOptions: (host.SecurityOpt as string[] | null) ?? [],
      memoryLimit: host.Memory ?? 0,
      published: Object.values(network.Ports)
        .flatMap((bindings) => (bindings as { HostIp: string; HostPort: string }[] | null) ?? [])
        .map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`),
    };
  }

  async #handle() {
    const { getContainerRuntimeClient } = await import('testcontainers');
    return (await getContainerRuntimeClient()).container.getById(this.#started.getId());
  }
}
