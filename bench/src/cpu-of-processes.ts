import { readdir, readFile } from 'node:fs/promises';

export const MEASURED_PROCESSES = ['api', 'worker', 'decoders', 'postgres', 'redis'] as const;
export type MeasuredProcess = (typeof MEASURED_PROCESSES)[number];
/** CPU time in milliseconds. */
export type CpuTimes = Record<MeasuredProcess, number>;

interface ProcessStat {
  pid: number;
  parent: number;
  /** Milliseconds of the process itself. */
  own: number;
  /** Milliseconds of its children that have ended. */
  ended: number;
}

/** Milliseconds per clock tick; 100 ticks a second on every Linux that Node supports. */
const TICK_MS = 10;

/**
 * CPU time that the processes of a platform have used since they started. The client and the launcher are left out.
 *
 * @param launcher - process id of the launcher
 * @returns null on systems other than Linux
 */
export async function cpuOfProcesses(launcher: number): Promise<CpuTimes | null> {
  if (process.platform !== 'linux') return null;
  const stats = await allStats();
  const times: CpuTimes = { api: 0, worker: 0, decoders: 0, postgres: 0, redis: 0 };
  const childrenOf = (pid: number): ProcessStat[] => stats.filter(({ parent }) => parent === pid);
  for (const child of childrenOf(launcher)) {
    const name = await nameOf(child.pid);
    if (name === undefined) continue;
    times[name] += child.own;
    const below = childrenOf(child.pid).reduce((sum, { own }) => sum + own, child.ended);
    times[name === 'worker' ? 'decoders' : name] += below;
  }
  return times;
}

/** Milliseconds of CPU time per picture between two readings. */
export function cpuPerPicture(before: CpuTimes, after: CpuTimes, pictures: number): CpuTimes {
  const perPicture = (name: MeasuredProcess): number => (after[name] - before[name]) / pictures;
  return {
    api: perPicture('api'),
    worker: perPicture('worker'),
    decoders: perPicture('decoders'),
    postgres: perPicture('postgres'),
    redis: perPicture('redis'),
  };
}

async function allStats(): Promise<ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(statOf));
  return stats.filter((stat) => stat !== undefined);
}

/** @returns undefined when the process has ended */
async function statOf(pid: number): Promise<ProcessStat | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (line === undefined) return undefined;
  // proc_pid_stat(5): the name in parentheses may contain blanks; after it, the state is the first field.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (index) => fields[index],
  );
  return { pid, parent, own: (user + system) * TICK_MS, ended: (endedUser + endedSystem) * TICK_MS };
}

async function nameOf(pid: number): Promise<MeasuredProcess | undefined> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
  if (/apps.api.dist.main\.js/.test(command)) return 'api';
  if (/apps.worker.dist.main\.js/.test(command)) return 'worker';
  if (/bin\/postgres\0/.test(command)) return 'postgres';
  return command.includes('redis-server') ? 'redis' : undefined;
}
