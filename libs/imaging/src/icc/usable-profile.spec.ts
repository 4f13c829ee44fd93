import { expect, it } from 'vitest';
import { buildMatrixProfile, SRGB_COLORANTS } from '../testing/matrix-profile-builder.js';
import { usableProfile } from './usable-profile.js';

const CLASS_AT = 12;
const SPACE_AT = 16;

/** A sound RGB profile of a display, with some bytes replaced. */
function draw(at = 0, text = ''): Buffer {
  const icc = Buffer.from(buildMatrixProfile({ colorants: SRGB_COLORANTS, curve: { gamma: 2.2 } }));
  icc.write(text, at, 'latin1');
  return icc;
}

it.each([
  ['a display', 'srgb', draw()],
  ['a camera', 'srgb', draw(CLASS_AT, 'scnr')],
  ['a colour space', 'rgb16', draw(CLASS_AT, 'spac')],
  ['a printer of CMYK', 'cmyk', draw(CLASS_AT, 'prtrCMYKLab ')],
  ['grey, for a grey picture', 'b-w', draw(SPACE_AT, 'GRAY')],
  ['RGB, for a grey picture', 'b-w', draw()],
] as const)('accepts the profile of %s', (_what, space, icc) => {
  expect(usableProfile({ icc, space })).toBe(icc);
});

it.each([
  ['of the class Lab to Lab', 'srgb', draw(CLASS_AT, 'abstLab Lab ')],
  ['of a device link', 'srgb', draw(CLASS_AT, 'linkRGB RGB ')],
  ['of named colours', 'srgb', draw(CLASS_AT, 'nmcl')],
  ['of an unknown class', 'srgb', draw(CLASS_AT, 'xxxx')],
  ['for Lab in an RGB picture', 'srgb', draw(SPACE_AT, 'Lab ')],
  ['for CMYK in an RGB picture', 'srgb', draw(SPACE_AT, 'CMYK')],
  ['for grey in an RGB picture', 'srgb', draw(SPACE_AT, 'GRAY')],
  ['for RGB in a CMYK picture', 'cmyk', draw()],
  ['for CMYK in a grey picture', 'b-w', draw(SPACE_AT, 'CMYK')],
  ['without its signature', 'srgb', draw(36, 'xxxx')],
  ['that is truncated', 'srgb', draw().subarray(0, -10)],
  ['that is only a header', 'srgb', draw().subarray(0, 128)],
  ['that is empty', 'srgb', Buffer.alloc(0)],
  ['with a tag beyond its end', 'srgb', draw(140, '\x7f')],
  ['with a million tags', 'srgb', draw(128, '\0\x0f\0\0')],
] as const)('ignores a profile %s', (_what, space, icc) => {
  expect(usableProfile({ icc, space })).toBeNull();
});

it('finds none in a picture without one', () => {
  expect(usableProfile({ space: 'srgb' })).toBeNull();
});
