import { readdir, readFile } from 'node:fs/promises';

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of this machine that this user can read. */
async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = async (pid: string): Promise<Process[]> => {
    try {
      const [status, command] = await Promise.all([
        readFile(`/proc/${pid}/status`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ]);
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
      return [{ pid: Number(pid), parent, command: command.replaceAll('\0', ' ') }];
    } catch {
      // The process has ended meanwhile.
      return [];
    }
  };
  return (await Promise.all(pids.map(read))).flat();
}

/** The descendants of a process whose command line matches. Linux only. */
export async function descendants(of: number, command: RegExp): Promise<Process[]> {
  const all = await processes();
  const family = new Set([of]);
  // A child may be listed before its parent.
  for (let grown = true; grown;) {
    const before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
    grown = family.size > before;
  }
  return all.filter(({ pid, command: line }) => pid !== of && family.has(pid) && command.test(line));
}

/** Whether one of its threads is running or runnable. The first thread is left out: it does not decode. */
export async function isAtWork({ pid }: Process): Promise<boolean> {
  try {
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      if (thread === String(pid)) continue;
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      if (/^\d+ \(.*\) R/s.test(stat)) return true;
    }
  } catch {
    // The process has ended meanwhile.
  }
  return false;
}

/** Why decoders cannot be found on this machine; undefined when they can. */
export function missingDecoders(): Promise<string | undefined> {
  return Promise.resolve(
    process.platform === 'linux' ? undefined : 'decoders are found in /proc, which only Linux has',
  );
}
