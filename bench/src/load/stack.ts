import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const MEASURED_SERVICES = ['gateway', 'api', 'worker', 'postgres', 'redis'] as const;
export type MeasuredService = (typeof MEASURED_SERVICES)[number];
/** CPU time in seconds, over all containers of a service. */
export type CpuSeconds = Partial<Record<MeasuredService, number>>;

/** The containers of a Compose project, if this user may see them. */
export class Stack {
  readonly #project: string;

  private constructor(project: string) {
    this.#project = project;
  }

  /** @returns undefined when Docker has no such project; costs are then not measured */
  static async find(project: string): Promise<Stack | undefined> {
    const stack = new Stack(project);
    const gateways = await stack.#containers('gateway').catch(() => []);
    return gateways.length > 0 ? stack : undefined;
  }

  /** CPU time that each service has used since its containers started. */
  async cpuSeconds(): Promise<CpuSeconds> {
    const used: CpuSeconds = {};
    for (const service of MEASURED_SERVICES) {
      const times = await Promise.all((await this.#containers(service)).map(cpuSecondsOf));
      used[service] = times.reduce((sum, time) => sum + time, 0);
    }
    return used;
  }

  async workers(): Promise<number> {
    return (await this.#containers('worker')).length;
  }

  /** Scales the workers and waits until all are healthy. The rest of the stack is unchanged. */
  async scaleWorkers(count: number): Promise<void> {
    const options = ['up', '--detach', '--wait', '--no-recreate', '--no-deps', '--no-build'];
    await run('docker', [
      'compose',
      '--project-name',
      this.#project,
      ...options,
      '--scale',
      `worker=${count}`,
      'worker',
    ]);
  }

  async #containers(service: string): Promise<string[]> {
    const filters = [`com.docker.compose.project=${this.#project}`, `com.docker.compose.service=${service}`];
    const labels = filters.flatMap((label) => ['--filter', `label=${label}`]);
    return (await run('docker', ['ps', '--quiet', ...labels])).stdout.split('\n').filter(Boolean);
  }
}

/** Reads the container's control group, version 2 or 1. */
async function cpuSecondsOf(container: string): Promise<number> {
  const script = 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage';
  const { stdout } = await run('docker', ['exec', container, 'sh', '-c', script]);
  const microseconds = /usage_usec (\d+)/.exec(stdout)?.[1];
  return microseconds === undefined ? Number(stdout.trim()) / 1e9 : Number(microseconds) / 1e6;
}

/** CPU time between two readings. */
export function difference(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(
    MEASURED_SERVICES.map((service) => [service, (after[service] ?? 0) - (before[service] ?? 0)]),
  );
}
