import { readdir, readFile } from 'node:fs/promises';

/** A running process on Linux. */
export interface RunningProcess {
  pid: number;
  /** Its command line, with spaces between the arguments. */
  command: string;
}

/** Returns a process and everything that it started, and that these started. Empty on systems other than Linux. */
export async function processTree(pid: number): Promise<RunningProcess[]> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => undefined);
  if (command === undefined) return [];
  const below = await Promise.all((await childrenOf(pid)).map(processTree));
  return [{ pid, command: command.replaceAll('\0', ' ') }, ...below.flat()];
}

/** Child processes started by the main thread, as Node starts them. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  return children.split(' ').filter(Boolean).map(Number);
}

/** Proportional memory (PSS) in bytes: pages that several processes share, mostly code, count once. */
export async function shareOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
}

/** CPU time of all threads that are alive, in seconds. Finer than the clock ticks of `/proc/PID/stat`. */
export async function cpuSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const times = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').catch(() => '0')),
  );
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e9, 0);
}
