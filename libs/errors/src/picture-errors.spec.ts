import { describe, expect, it } from 'vitest';
import { PICTURE_FAULTS, PictureFault, type PictureFaultCode } from './picture-errors.js';

const codes = Object.keys(PICTURE_FAULTS) as PictureFaultCode[];

describe('the message of a picture fault', () => {
  it.each(codes)('%s says what is wrong, then what a person can do', (code) => {
    const { message } = new PictureFault(code);
    expect(message).toMatch(
      /^(The|Processing) [^.]+\. (Convert|Export|Restore|Scale|Shorten|Try|Upload) [^.]+\.$/,
    );
  });

  it.each(codes)('%s mentions another try only where it can help', (code) => {
    const { message, retryable } = PICTURE_FAULTS[code];
    expect(/try again/i.test(message)).toBe(retryable);
  });
});
