import { S3ServiceException } from '@aws-sdk/client-s3';
import { isDarkroomError, unavailable } from '@darkroom/errors';

// Answers in the 400s that say nothing of the call itself: the credentials, the rights, the clock, the load, and what
// is not there although it has to be (the bucket, an upload under way). A missing object is sorted out before.
const NOT_THE_CALLS_STATUS = new Set([401, 403, 404, 407, 408, 429]);
const NOT_THE_CALLS_FAULT = new Set([
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeout',
  'TokenRefreshRequired',
]);

/**
 * Tells whether S3 says that there is no such object; `NotFound` is what a HEAD, which has no body, says. Told by name:
 * a missing bucket and, on other servers, an unknown access key answer 404 as well.
 */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** The HTTP status of an answer from S3, undefined when it is no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/**
 * Makes `unavailable` of what keeps S3 from serving: network, time limits, throttling, 5xx, credentials, rights, a
 * missing bucket. An abort, and a call that S3 finds wrong in itself, stay as they are.
 */
export function toS3Error(error: unknown): Error {
  if (isDarkroomError(error)) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  const status = statusOf(error);
  if (error instanceof S3ServiceException && status !== undefined && status >= 400 && status < 500) {
    if (!NOT_THE_CALLS_STATUS.has(status) && !NOT_THE_CALLS_FAULT.has(error.name)) return error;
  }
  return unavailable('storage', error);
}

/** Runs one call to S3; a source's own errors never go through here. */
export async function onS3<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toS3Error(error);
  }
}
