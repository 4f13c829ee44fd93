import type { ImageStatus } from '@darkroom/contracts';

/** The state of a picture that a person sees. */
export type Shown = { status: ImageStatus; run: number; variants: number } | 'gone';

/** A person's request while the system works; everything else happens without one. */
export type UserRequest = 'none' | 'retry' | 'delete';

export interface Circumstances {
  request: UserRequest;
  /** It has expired and may disappear at any time. */
  isExpired: boolean;
  /** Its original was deleted in storage. */
  isOriginalLost: boolean;
}

/** The changes of status that happen without a request. */
const UNREQUESTED: Record<ImageStatus, readonly ImageStatus[]> = {
  queued: ['processing', 'ready', 'failed', 'quarantined'],
  processing: ['queued', 'ready', 'failed', 'quarantined'],
  ready: [],
  failed: [],
  quarantined: [],
};

/**
 * The picture's state machine: checks a picture's state against the one before.
 *
 * @returns the violation; undefined when the change is allowed
 */
export function findViolation(before: Shown, after: Shown, circumstances: Circumstances): string | undefined {
  const { request, isExpired, isOriginalLost } = circumstances;
  if (before === 'gone') return after === 'gone' ? undefined : `it is back, ${after.status}`;
  if (after === 'gone') return request === 'delete' || isExpired ? undefined : 'it is gone';
  // A delete request finds an expired picture already gone; the reconciler removes it.
  if (request === 'delete' && !isExpired) return 'it was deleted and still exists';
  if (after.run !== before.run) return findRetryViolation(before, after, request);
  if (after.variants < before.variants)
    return `it has ${after.variants} variants, and had ${before.variants}`;
  if (before.status === after.status || UNREQUESTED[before.status].includes(after.status)) return undefined;
  if (isOriginalLost && after.status === 'failed') return undefined;
  return `it went from ${before.status} to ${after.status}`;
}

function findRetryViolation(
  before: Exclude<Shown, 'gone'>,
  after: Exclude<Shown, 'gone'>,
  request: UserRequest,
): string | undefined {
  const mayRetry = before.status === 'failed' || before.status === 'quarantined';
  if (request === 'retry' && mayRetry && after.run === before.run + 1 && after.status === 'queued')
    return undefined;
  return `its run went from ${before.run} to ${after.run}`;
}
