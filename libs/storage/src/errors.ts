import { DarkroomError, doorError, formatBytes } from '@darkroom/errors';

/** A put had more bytes than its caller allows. */
export function tooLarge(maxBytes: number): DarkroomError {
  return doorError('too_large', `The file is larger than the limit of ${formatBytes(maxBytes)}.`);
}

/**
 * The range begins after the object's last byte.
 *
 * @param bytes - size of the object, for `Content-Range`
 */
export function rangeNotSatisfiable(bytes: number): DarkroomError {
  return new DarkroomError({
    code: 'invalid_request',
    status: 416,
    message: `The range begins after the end of the object, which has ${bytes} bytes.`,
    headers: { 'content-range': `bytes */${bytes}` },
  });
}

/** A link that was changed, or signed with another secret. */
export function linkNotValid(): DarkroomError {
  return doorError('forbidden', 'The link is not valid. Request a new one.');
}

/** A valid link that has expired. */
export function linkExpired(): DarkroomError {
  return doorError('forbidden', 'The link has expired. Request a new one.');
}
