import type { IncomingHttpHeaders } from 'node:http';
import { DarkroomError } from '@darkroom/errors';
import { isUnchanged } from './if-none-match.js';

/** What identifies the current content: an ETag, and when it was written. */
export interface Validators {
  readonly etag: string;
  readonly modifiedAt: Date;
}

/**
 * Checks the conditions of a GET or HEAD in the order of RFC 9110 section 13.2.2. A date that is not one is ignored.
 *
 * @returns `failed`: answer 412; `not-modified`: answer 304; `met`: answer as without conditions
 */
export function checkPreconditions(
  headers: IncomingHttpHeaders,
  { etag, modifiedAt }: Validators,
): 'met' | 'not-modified' | 'failed' {
  const ifMatch = headers['if-match'];
  const unmodifiedSince = secondsOf(headers['if-unmodified-since']);
  const modified = Math.floor(modifiedAt.getTime() / 1000);
  if (ifMatch !== undefined) {
    if (!isMatched(ifMatch, etag)) return 'failed';
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return isUnchanged(ifNoneMatch, etag) ? 'not-modified' : 'met';
  const modifiedSince = secondsOf(headers['if-modified-since']);
  return modifiedSince !== undefined && modified <= modifiedSince ? 'not-modified' : 'met';
}

/** Whether the range of a request applies: there is no `If-Range`, or it is the current ETag or `Last-Modified`. */
export function isRangeMeant(headers: IncomingHttpHeaders, { etag, modifiedAt }: Validators): boolean {
  const ifRange = headers['if-range'];
  return ifRange === undefined || ifRange === etag || ifRange === modifiedAt.toUTCString();
}

/** The error of a failed condition. */
export function preconditionFailed(): DarkroomError {
  return new DarkroomError({
    code: 'invalid_request',
    status: 412,
    message: 'The content is not the version that If-Match or If-Unmodified-Since asks for.',
  });
}

/** Compares strongly, as section 13.1.1 requires: a weak tag matches nothing. */
function isMatched(tags: string, etag: string): boolean {
  return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim() === etag);
}

/** Unix time in seconds; `undefined` for no date. The obsolete form of asctime names no zone, but is in UTC too. */
function secondsOf(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const time = Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
