import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Bytes after which the file is rotated. One older file is kept. */
const LIMIT = 20 * 1024 * 1024;

export interface LogFile {
  readonly path: string;
  /** Appends one line immediately, so that nothing is lost when this process dies. */
  write(source: string, line: string): void;
  close(): void;
}

/** Opens a log file for appending. Only its owner can read it. */
export function openLogFile(file: string): LogFile {
  const open = () => openSync(file, 'a', 0o600);
  let descriptor = open();
  let bytes = fstatSync(descriptor).size;
  let closed = false;
  return {
    path: file,
    write(source, line) {
      // A server's last lines may arrive after the log is closed.
      if (closed) return;
      if (bytes > LIMIT) {
        closeSync(descriptor);
        renameSync(file, `${file}.1`);
        descriptor = open();
        bytes = 0;
      }
      bytes += writeSync(descriptor, `${source.padEnd(8)} ${line}\n`);
    },
    close() {
      closed = true;
      closeSync(descriptor);
    },
  };
}
