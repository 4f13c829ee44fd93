import { isDarkroomError } from '@darkroom/errors';

/** What a started process offers to the code that runs it. */
export interface RunningProcess {
  /** Drains the work in flight and closes everything. */
  close(): Promise<void>;
}

/**
 * Runs a process from its start to its end. A fault at start prints one message and exits with 1. SIGTERM, SIGINT, and
 * the end of the parent process (where an IPC channel connects the two) close it in order and exit with 0. A second
 * signal, or a drain that exceeds its limit, ends it at once with 1.
 *
 * @param drainMs - milliseconds allowed for closing
 */
export async function runProcess(
  start: () => Promise<{ running: RunningProcess; drainMs: number }>,
): Promise<void> {
  const { running, drainMs } = await start().catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  });
  let closing = false;
  const close = (): void => {
    if (closing) process.exit(1);
    closing = true;
    setTimeout(() => process.exit(1), drainMs).unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${describe(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  process.once('disconnect', () => {
    if (!closing) close();
  });
}

/** Darkroom's own errors need only their message; anything else is printed with its stack. */
function describe(error: unknown): string {
  if (isDarkroomError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
