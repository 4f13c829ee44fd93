import type { ImageStatus } from '@darkroom/contracts';

/** What a person may be shown of a picture. */
export type Shown = { status: ImageStatus; run: number; variants: number } | 'gone';

/** What somebody does from outside while the machinery works; all else happens by itself. */
export type Wish = 'none' | 'retry' | 'delete';

export interface Circumstances {
  wish: Wish;
  /** Its end has come, so that it may go at any time. */
  isExpired: boolean;
  /** Somebody has deleted its original in storage. */
  isOriginalLost: boolean;
}

/** From where to where a picture goes by itself. */
const BY_ITSELF: Record<ImageStatus, readonly ImageStatus[]> = {
  queued: ['processing', 'ready', 'failed', 'quarantined'],
  processing: ['queued', 'ready', 'failed', 'quarantined'],
  ready: [],
  failed: [],
  quarantined: [],
};

/**
 * The picture's state machine: what may be seen of a picture after what was seen before.
 *
 * @returns what is wrong with it; undefined when it is in order
 */
export function fault(before: Shown, after: Shown, circumstances: Circumstances): string | undefined {
  const { wish, isExpired, isOriginalLost } = circumstances;
  if (before === 'gone') return after === 'gone' ? undefined : `it is back, ${after.status}`;
  if (after === 'gone') return wish === 'delete' || isExpired ? undefined : 'it is gone';
  // To whoever deletes an expired picture it is gone already; the reconciler takes it away.
  if (wish === 'delete' && !isExpired) return 'it was deleted and is there';
  if (after.run !== before.run) return retryFault(before, after, wish);
  if (after.variants < before.variants)
    return `it has ${after.variants} variants, and had ${before.variants}`;
  if (before.status === after.status || BY_ITSELF[before.status].includes(after.status)) return undefined;
  if (isOriginalLost && after.status === 'failed') return undefined;
  return `it went from ${before.status} to ${after.status}`;
}

function retryFault(
  before: Exclude<Shown, 'gone'>,
  after: Exclude<Shown, 'gone'>,
  wish: Wish,
): string | undefined {
  const mayBe = before.status === 'failed' || before.status === 'quarantined';
  if (wish === 'retry' && mayBe && after.run === before.run + 1 && after.status === 'queued')
    return undefined;
  return `its run went from ${before.run} to ${after.run}`;
}
