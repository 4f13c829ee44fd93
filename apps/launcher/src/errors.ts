import { DarkroomError } from '@darkroom/errors';

/**
 * Creates the error for a platform that cannot start or continue.
 *
 * @param message - one sentence that a person at a terminal can act on
 */
export function launchFault(message: string, cause?: unknown): DarkroomError {
  return new DarkroomError({ code: 'launch', status: 500, message, cause });
}

/** Creates the error for a start that was interrupted, e.g. by Ctrl-C. */
export function stoppedByRequest(): DarkroomError {
  return new DarkroomError({ code: 'stopped', status: 500, message: 'Stopped before Darkroom was ready.' });
}
