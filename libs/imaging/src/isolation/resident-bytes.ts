import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/**
 * Reads the resident memory of a process on Linux, in a few microseconds.
 *
 * @param peak - the highest value so far instead of the current one
 * @returns bytes; null on other systems, and after the process has ended
 */
export function residentBytes(pid: number, peak = false): number | null {
  // The status page counts in KiB; `statm` counts in pages, whose size differs between machines.
  const line = peak ? /^VmHWM:\s+(\d+) kB$/m : /^VmRSS:\s+(\d+) kB$/m;
  try {
    const kibibytes = line.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

/** Reads the resident memory of one process many times: on Linux a read of a few bytes, 3 microseconds. */
export class ResidentMemory {
  static #page = 0;
  readonly #pid: number;
  readonly #bytes = Buffer.alloc(128);
  #file: number | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    try {
      // The open file belongs to this process, even after its id is reused.
      this.#file = openSync(`/proc/${pid}/statm`, 'r');
    } catch {
      // Another system, or the process has already ended.
    }
  }

  /** @returns bytes; null on other systems than Linux, and after the process has ended */
  read(): number | null {
    if (this.#file === undefined) return null;
    try {
      const length = readSync(this.#file, this.#bytes, 0, this.#bytes.length, 0);
      const pages = Number(this.#bytes.toString('latin1', 0, length).split(' ')[1]);
      return pages > 0 ? pages * this.#pageBytes(pages) || null : null;
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** `statm` counts in pages, whose size differs between machines; the status page of the process shows KiB. */
  #pageBytes(pages: number): number {
    if (ResidentMemory.#page === 0) {
      const bytes = residentBytes(this.#pid) ?? 0;
      ResidentMemory.#page = bytes === 0 ? 0 : 2 ** Math.round(Math.log2(bytes / pages));
    }
    return ResidentMemory.#page;
  }
}
