import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { launchFault } from './errors.js';

/** The record that the holder of a folder writes next to the lock. */
export interface Holder {
  pid: number;
  /** The process that stops the servers if the holder is killed. */
  watchdogPid: number | undefined;
}

export interface FolderLock {
  /** The record of the previous holder, if it was killed. */
  readonly previous: Holder | undefined;
  /** Records who holds the folder. */
  sign(holder: Holder): void;
  release(): void;
}

/**
 * Locks the data folder for this process.
 *
 * The operating system holds the lock (through SQLite, Node's only way to one) and releases it when the process ends in
 * any way, so a lock is never stale.
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
      `The data folder ${folder} is in use by ${who}. Stop that process, or choose another folder with DARKROOM_DATA.`,
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
