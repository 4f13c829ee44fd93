import type { Image } from '@darkroom/contracts';
import { PICTURE_FAULTS } from '@darkroom/errors';

export function isFailed({ status }: Pick<Image, 'status'>): boolean {
  return status === 'failed' || status === 'quarantined';
}

/** Whether processing a failed picture again can succeed. True for a code that this page does not know. */
export function isRetryable({ status, error }: Pick<Image, 'status' | 'error'>): boolean {
  const fault: { retryable: boolean } | undefined = error === null ? undefined : PICTURE_FAULTS[error.code];
  return isFailed({ status }) && fault?.retryable !== false;
}
