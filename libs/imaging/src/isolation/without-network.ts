import { spawnSync } from 'node:child_process';

/**
 * Of util-linux: a user namespace, which anybody may make where the system allows it, and in it a network namespace with
 * nothing but a loopback device that is down. Files and the process' id stay as they are.
 */
const UNSHARE = ['unshare', '--user', '--net', '--'] as const;
const TRY_MS = 5_000;

let isAvailable: boolean | undefined;

/**
 * Tells whether this system lets a process give its network up. Not off Linux, not under Docker's own seccomp profile,
 * and not where the distribution keeps namespaces from users, as Ubuntu does since 24.04.
 */
export function canLeaveNetwork(): boolean {
  isAvailable ??= process.platform === 'linux' && tryOnce();
  return isAvailable;
}

function tryOnce(): boolean {
  const [program, ...args] = [...UNSHARE, 'true'] as const;
  return spawnSync(program, args, { stdio: 'ignore', timeout: TRY_MS }).status === 0;
}

/**
 * Puts before a command what takes the network from it, in two milliseconds; leaves it as it is where that cannot be had.
 *
 * @param command - the program and its arguments
 */
export function withoutNetwork(command: readonly string[]): readonly string[] {
  return canLeaveNetwork() ? [...UNSHARE, ...command] : command;
}
