import { DarkroomError } from '@darkroom/errors';

/**
 * Why the platform does not start or does not go on.
 *
 * @param message - one sentence that a person at a terminal can act on
 */
export function launchFault(message: string, cause?: unknown): DarkroomError {
  return new DarkroomError({ code: 'launch', status: 500, message, cause });
}

/** Somebody asked for the end while the start was under way. */
export function stoppedByRequest(): DarkroomError {
  return new DarkroomError({ code: 'stopped', status: 500, message: 'Stopped before it was up.' });
}
