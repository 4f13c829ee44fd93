import { expect, it } from 'vitest';
import { PICTURE_FAULTS, PictureFault, type PictureFaultCode } from './picture-errors.js';

const codes = Object.keys(PICTURE_FAULTS) as PictureFaultCode[];

it.each(codes)('%s says what is wrong, and then what a person can do', (code) => {
  const { message } = new PictureFault(code);
  expect(message).toMatch(/^(The|Processing) [^.]+\. (Convert|Export|Scale|Shorten|Try|Upload) [^.]+\.$/);
});
