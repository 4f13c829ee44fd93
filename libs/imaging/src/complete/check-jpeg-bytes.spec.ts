import { describe, expect, it } from 'vitest';
import { checkJpegBytes } from './check-jpeg-bytes.js';

describe('checkJpegBytes', () => {
  it.each([
    [8, 8, 1],
    [64, 64, 8],
    [65, 64, 9],
    [4000, 3000, 23_438],
  ])('accepts a JPEG of %i × %i with at least %i bytes', (width, height, bytes) => {
    expect(() => checkJpegBytes({ width, height }, bytes)).not.toThrow();
    expect(() => checkJpegBytes({ width, height }, bytes - 1)).toThrow(
      expect.objectContaining({ code: 'corrupt_image' }),
    );
  });
});
