import { DarkroomError } from './darkroom-error.js';

interface PictureFaultKind {
  /** Shown beside the picture: what is wrong and what a person can do. */
  readonly message: string;
  /**
   * Whether processing the same original again can succeed. False where the outcome depends only on the file and the
   * limits. The page offers "Try again" only where this is true; `POST /api/images/{id}/retry` accepts every code.
   */
  readonly retryable: boolean;
}

/**
 * Codes of `Image.error`, for faults of one picture. A fault of the system (the storage or the database does not
 * respond) never has one of these codes: the worker retries it.
 */
export const PICTURE_FAULTS = {
  corrupt_image: {
    message: 'The picture is damaged or incomplete. Export it again from its source.',
    retryable: false,
  },
  unsupported_format: {
    message: 'The picture uses an unsupported variant of its format. Convert it to JPEG, PNG or WebP.',
    retryable: false,
  },
  too_many_pixels: {
    message: 'The picture has more pixels than the limit. Scale it down.',
    retryable: false,
  },
  too_many_frames: {
    message: 'The animation has more frames than the limit. Shorten it.',
    retryable: false,
  },
  // The worker may have been busy.
  processing_timeout: {
    message: 'Processing took longer than the limit. Try again later, or scale the picture down.',
    retryable: true,
  },
  // The limit is on the decoder process, which earlier pictures may have made larger.
  out_of_memory: {
    message: 'Processing needed more memory than the limit. Try again, or scale the picture down.',
    retryable: true,
  },
  // Another cause on the same machine can end a decoder, and a new release may bring one that does not crash.
  decoder_crashed: {
    message: 'The decoder crashed on the picture. Try again, or convert it with another program.',
    retryable: true,
  },
  // An operator can restore the object.
  original_missing: {
    message:
      'The original is missing from the storage. Restore it and try again, or upload the picture again.',
    retryable: true,
  },
  internal: {
    message: 'Processing failed because of an error in Darkroom. Try again later.',
    retryable: true,
  },
} as const satisfies Record<string, PictureFaultKind>;

export type PictureFaultCode = keyof typeof PICTURE_FAULTS;

/** Thrown when the picture itself is the cause: the queue does not retry the job. */
export class PictureFault extends DarkroomError {
  declare readonly code: PictureFaultCode;

  /**
   * @param code - one of the codes of `Image.error`
   * @param message - what is wrong, with the measured value and the limit where they are known; by default the message
   * of the code
   */
  constructor(code: PictureFaultCode, message: string = PICTURE_FAULTS[code].message, cause?: unknown) {
    super({ code, status: 422, message, cause });
  }
}
