import { DarkroomError } from './darkroom-error.js';

/**
 * Faults of one picture, as they stand in `Image.error.code`. The sentence is what a person reads beside the
 * picture: what is wrong, and what can be done. Faults of the system (storage away, database away) are never among them: those are retried.
 */
export const PICTURE_FAULTS = {
  corrupt_image: 'The picture is damaged or cut off. Export or upload it again from its source.',
  unsupported_format: 'The picture is of a variety that cannot be decoded. Convert it to JPEG, PNG or WebP.',
  too_many_pixels: 'The picture has more pixels than the limit allows. Scale it down.',
  too_many_frames: 'The animation has more frames than the limit allows. Shorten it.',
  processing_timeout:
    'Processing the picture took longer than the limit allows. Try again later, or scale it down.',
  out_of_memory: 'Processing the picture needed more memory than the limit allows. Scale it down.',
  decoder_crashed: 'The decoder crashed on the picture. Convert it with another program and upload that.',
  original_missing: 'The original of the picture is no longer in storage. Upload it again.',
  internal: 'Processing the picture failed for a reason that is not the picture’s. Try again later.',
} as const;

export type PictureFaultCode = keyof typeof PICTURE_FAULTS;

/** Thrown when a picture itself is at fault: a second try would end the same. */
export class PictureFault extends DarkroomError {
  declare readonly code: PictureFaultCode;

  /**
   * @param code - one of the codes of `Image.error`
   * @param message - what is wrong, with the measured and the allowed value when known, and what can be done; by default
   * that of the code
   */
  constructor(code: PictureFaultCode, message: string = PICTURE_FAULTS[code], cause?: unknown) {
    super({ code, status: 422, message, cause });
  }
}
