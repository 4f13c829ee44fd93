import type { PictureCode } from '@darkroom/contracts';
import { describe, expect, it } from 'vitest';
import { isFailed, isRetryable } from './failed-images.js';

const failed = (code: PictureCode) => ({ status: 'failed' as const, error: { code, message: 'It failed.' } });

describe('isFailed', () => {
  it('is true for failed and quarantined pictures', () => {
    expect(isFailed({ status: 'failed' })).toBe(true);
    expect(isFailed({ status: 'quarantined' })).toBe(true);
    expect(isFailed({ status: 'ready' })).toBe(false);
  });
});

describe('isRetryable', () => {
  it.each(['corrupt_image', 'unsupported_format', 'too_many_pixels', 'too_many_frames'] as const)(
    'is false for %s',
    (code) => {
      expect(isRetryable(failed(code))).toBe(false);
    },
  );

  it.each(['processing_timeout', 'out_of_memory', 'original_missing', 'internal'] as const)(
    'is true for %s',
    (code) => {
      expect(isRetryable(failed(code))).toBe(true);
    },
  );

  it('is true for a quarantined picture', () => {
    expect(isRetryable({ ...failed('decoder_crashed'), status: 'quarantined' })).toBe(true);
  });

  it('is true for a code that this page does not know', () => {
    expect(isRetryable(failed('out_of_luck' as PictureCode))).toBe(true);
  });

  it('is false for a picture that has not failed', () => {
    expect(isRetryable({ status: 'ready', error: null })).toBe(false);
  });
});
