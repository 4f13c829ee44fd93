import { Worker } from 'node:worker_threads';
import { ENDED_BY_KERNEL } from './ended-by-kernel.js';

/** Blocks until the parent's end of standard input closes, which the kernel does when the parent dies. */
const WATCH = `
const { readSync } = require('node:fs');
try { while (readSync(0, Buffer.alloc(64)) > 0); } catch {}
process.kill(process.pid, 'SIGKILL');
`;

/**
 * Ends this process as soon as its parent has ended, whatever either of them is doing. A separate thread watches,
 * because the main thread may be stuck in a picture. It sends a signal, because `process.exit` waits for the threads
 * that decode. Does nothing where the kernel ends the process.
 */
export function endWithParent(): void {
  if (process.argv.includes(ENDED_BY_KERNEL)) return;
  // The thread needs little; by default it could use as much heap as the main thread.
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  new Worker(WATCH, { eval: true, resourceLimits }).unref();
}
