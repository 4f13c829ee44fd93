import { expect, it } from 'vitest';
import { ACCEPTED_FILES } from './accepted-files.js';

it('the upload button accepts every input format by its types and its extensions', () => {
  const accepted = ACCEPTED_FILES.split(',');
  expect(accepted).toEqual(expect.arrayContaining(['image/jpeg', '.jpg', '.jpeg', 'image/tiff', '.tif']));
  // Some systems know no type for HEIC, and some call it HEIF.
  expect(accepted).toEqual(expect.arrayContaining(['image/heic', 'image/heif', '.heic', '.heif']));
  expect(accepted).toEqual(
    expect.arrayContaining(['image/jxl', '.jp2', '.psd', '.bmp', 'image/x-icon', '.cur', '.qoi']),
  );
  expect(accepted.filter((entry) => !/^(image\/[a-z][a-z0-9.+-]*|\.[a-z0-9]+)$/.test(entry))).toEqual([]);
});
