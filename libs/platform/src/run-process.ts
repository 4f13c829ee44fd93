import { isDarkroomError } from '@darkroom/errors';

/** What a started process can do for whoever started it. */
export interface RunningProcess {
  /** Ends what is in hand and closes everything. */
  close(): Promise<void>;
}

/**
 * Runs a process from its start to its end: a fault at start is one message and exit code 1; SIGTERM, SIGINT, and the
 * end of the process that started this one over an IPC channel, close it in order and exit with 0. A second signal, or
 * a drain that takes longer than its limit, ends it at once with 1.
 *
 * @param drainMs - milliseconds that closing may take
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

/** A message of ours says all; anything else comes with its stack, for whoever mends it. */
function describe(error: unknown): string {
  if (isDarkroomError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
