import { DarkroomError } from './darkroom-error.js';

/**
 * Faults of one picture, as they stand in `Image.error.code`. The sentence is what a person reads beside the
 * picture. Faults of the system (storage away, database away) are never among them: those are retried.
 */
export const PICTURE_FAULTS = {
  corrupt_image: 'The picture is damaged or cut off and cannot be decoded.',
  unsupported_format: 'The picture is of a format or variety that cannot be decoded.',
  too_many_pixels: 'The picture has more pixels than the limit allows.',
  too_many_frames: 'The animation has more frames than the limit allows.',
  processing_timeout: 'Processing the picture took longer than the limit allows.',
  out_of_memory: 'Processing the picture needed more memory than the limit allows.',
  decoder_crashed: 'The decoder crashed on the picture.',
  original_missing: 'The original of the picture is no longer in storage.',
  internal: 'Processing the picture failed for a reason that is not the picture’s.',
} as const;

export type PictureFaultCode = keyof typeof PICTURE_FAULTS;

/** Thrown when a picture itself is at fault: a second try would end the same. */
export class PictureFault extends DarkroomError {
  declare readonly code: PictureFaultCode;

  /**
   * @param code - one of the codes of `Image.error`
   * @param message - one plain sentence, by default that of the code; say the measured and the allowed value when known
   */
  constructor(code: PictureFaultCode, message: string = PICTURE_FAULTS[code], cause?: unknown) {
    super({ code, status: 422, message, cause });
  }
}
