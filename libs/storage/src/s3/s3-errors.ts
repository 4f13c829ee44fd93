import { S3ServiceException } from '@aws-sdk/client-s3';
import { isDarkroomError, unavailable } from '@darkroom/errors';

// 4xx responses that do not concern the call itself: credentials, permissions, the clock, the load, and things that must
// exist (the bucket, an upload in progress). A missing object is handled earlier.
const NOT_THE_CALLS_STATUS = new Set([401, 403, 404, 407, 408, 429]);
const NOT_THE_CALLS_FAULT = new Set([
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeout',
  'TokenRefreshRequired',
]);

/**
 * Whether S3 reports that the object does not exist; a HEAD, which has no body, answers `NotFound`. Checked by name: a
 * missing bucket and, on other servers, an unknown access key answer 404 as well.
 */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** The HTTP status of a response from S3; undefined when the error is not a response. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/**
 * Converts an error that keeps S3 from serving to `unavailable`: network, timeouts, throttling, 5xx, credentials,
 * permissions, a missing bucket. An abort and an invalid call are returned unchanged.
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

/** Runs one call to S3; a source's own errors never pass through here. */
export async function onS3<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toS3Error(error);
  }
}
