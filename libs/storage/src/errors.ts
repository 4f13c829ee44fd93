import { DarkroomError, doorError } from '@darkroom/errors';

/** A put brought more bytes than its caller allowed. */
export function tooLarge(maxBytes: number): DarkroomError {
  return doorError('too_large', `The file is larger than the ${maxBytes} bytes allowed.`);
}

/**
 * The range begins behind the object's last byte.
 *
 * @param bytes - size of the object, for `Content-Range`
 */
export function rangeNotSatisfiable(bytes: number): DarkroomError {
  return new DarkroomError({
    code: 'invalid_request',
    status: 416,
    message: `The range begins behind the end of the object, which has ${bytes} bytes.`,
    headers: { 'content-range': `bytes */${bytes}` },
  });
}

/** A link that was changed, or made with another secret. */
export function linkNotValid(): DarkroomError {
  return doorError('forbidden', 'The link is not valid; ask for a new one.');
}

/** A link that was good until its time was over. */
export function linkExpired(): DarkroomError {
  return doorError('forbidden', 'The link has expired; ask for a new one.');
}
