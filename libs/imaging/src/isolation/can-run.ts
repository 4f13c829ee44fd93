import { spawnSync } from 'node:child_process';

const TRY_MS = 5_000;

/** Whether a program runs here with these arguments, and succeeds. */
export function canRun([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: TRY_MS }).status === 0;
}
