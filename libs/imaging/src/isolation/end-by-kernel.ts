import { canRun } from './can-run.js';
import { ENDED_BY_KERNEL } from './ended-by-kernel.js';

/**
 * From util-linux: the kernel kills the process as soon as the thread that started it has ended. The worker starts its
 * decoders from its main thread.
 */
const SETPRIV = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

let isAvailable: boolean | undefined;

/**
 * Wraps a decoder's command so that the kernel ends it with this process; returns it unchanged where this is not
 * available. The decoder would otherwise need a thread of its own for it, which costs 60 ms of CPU at the start, and 6 MB.
 *
 * @param command - the program and its arguments
 */
export function endByKernel(command: readonly string[]): readonly string[] {
  isAvailable ??= process.platform === 'linux' && canRun([...SETPRIV, 'true']);
  return isAvailable ? [...SETPRIV, ...command, ENDED_BY_KERNEL] : command;
}
