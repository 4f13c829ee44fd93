import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { launchFault } from './errors.js';

/** What the holder of a folder writes beside its lock. */
export interface Holder {
  pid: number;
  /** The process that ends the servers should the holder be killed. */
  watchdogPid: number | undefined;
}

export interface FolderLock {
  /** What a holder that did not come to its end left behind, if one did. */
  readonly previous: Holder | undefined;
  /** Tells others who holds the folder. */
  sign(holder: Holder): void;
  release(): void;
}

/**
 * Takes the data folder for this process alone.
 *
 * The lock is one of the operating system (through SQLite, the one way that Node has to it): it ends with its process,
 * however that ends, so that no stale one is ever in the way.
 *
 * @throws DarkroomError `launch` naming the process that holds it
 */
export function lockFolder(folder: string): FolderLock {
  const holderFile = path.join(folder, 'launcher.json');
  const lock = new DatabaseSync(path.join(folder, 'launcher.lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const holder = readHolder(holderFile);
    const who = holder === undefined ? 'another process' : `process ${holder.pid}`;
    throw launchFault(
      `The data folder ${folder} is in use by ${who}; stop that one, or choose another folder with DARKROOM_DATA.`,
      error,
    );
  }
  const previous = readHolder(holderFile);
  const sign = (holder: Holder) => writeFileSync(holderFile, JSON.stringify(holder));
  sign({ pid: process.pid, watchdogPid: previous?.watchdogPid });
  return {
    previous,
    sign,
    release() {
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
