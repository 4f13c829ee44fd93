import { DarkroomError } from '@darkroom/errors';

/**
 * An embedded server does not start on this machine.
 *
 * @param message - one sentence that a person at a terminal can act on
 * @param cause - the lower-level error, when there is one
 */
export function serverFault(message: string, cause?: unknown): DarkroomError {
  return new DarkroomError({ code: 'embedded_server', status: 503, message, cause });
}
