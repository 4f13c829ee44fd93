import { Worker } from 'node:worker_threads';

/** Blocks until the parent's end of standard input is closed, by itself or by the kernel when the parent dies. */
const WATCH = `
const { readSync } = require('node:fs');
try { while (readSync(0, Buffer.alloc(64)) > 0); } catch {}
process.kill(process.pid, 'SIGKILL');
`;

/**
 * Ends this process as soon as its parent has ended, however that ended and whatever this one is doing: a thread of its
 * own watches, because the main one may be lost in a picture. By a signal, because `process.exit` waits for the threads
 * that decode.
 */
export function endWithParent(): void {
  // The thread needs little, and would take what the heap of the main one may.
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  new Worker(WATCH, { eval: true, resourceLimits }).unref();
}
