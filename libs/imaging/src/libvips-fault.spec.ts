import { DarkroomError, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import { describe, expect, it } from 'vitest';
import { libvipsFault } from './libvips-fault.js';

/** Messages as libvips 8.18, libjpeg-turbo 3, libpng 1.6, libheif 1.23 and libtiff 4.7 write them. */
const FAULTS: Partial<Record<PictureFaultCode, readonly string[]>> = {
  corrupt_image: [
    'VipsJpeg: premature end of JPEG image',
    'VipsJpeg: Corrupt JPEG data: bad Huffman code',
    'VipsJpeg: Bogus marker length',
    'VipsJpeg: Invalid JPEG file structure: two SOF markers',
    'Input file has corrupt header: VipsJpeg: JPEG datastream contains no image',
    'Input file has corrupt header:',
    'Input file contains unsupported image format',
    'Input buffer has corrupt header: VipsJpeg: Bogus Huffman table definition',
    'Input buffer contains unsupported image format',
    'vipspng: libpng read error',
    'pngload_buffer: libpng read error',
    'gifload: bad frame',
    'gifload_buffer: bad frame',
    'webp: unable to parse image',
    'heif: Invalid input: Unspecified: Bitstream not supported by this decoder (2.0)',
    'heif: Invalid input: No meta box found (2.104)',
    'tiff2vips: out of order read',
    'TIFFReadDirectory: Failed to read directory at offset 8',
    'LZWDecode: Corrupted LZW table at scanline 0',
    'Unknown error',
  ],
  unsupported_format: [
    'VipsJpeg: Unsupported JPEG data precision 12',
    'Input file has corrupt header: VipsJpeg: Unsupported JPEG process: SOF type 0xcb',
    'VipsJpeg: Fractional sampling not implemented yet',
    'VipsJpeg: CCIR601 sampling not implemented yet',
    'VipsJpeg: Requested feature was omitted at compile time',
    'VipsJpeg: Image too wide for this implementation',
    'VipsJpeg: Maximum supported image dimension is 65500 pixels',
    'VipsJpeg: Unsupported color conversion request',
    'VipsJpeg: Too many color components: 5, max 4',
    'heif: Unsupported feature: Unsupported codec (4.3000)',
    'heif: Unsupported feature: Unsupported image type (4.3002)',
    'heif: Unsupported codec: Decoder has not been built in',
    'Input image exceeds channel limit',
    "vips_colourspace: no known route from 'multiband' to 'srgb'",
    'tiff2vips: Compression scheme 34925 tile decoding is not implemented',
    'tiff2vips: LZMA compression support is not configured',
  ],
  out_of_memory: [
    'VipsJpeg: Insufficient memory (case 4)',
    'VipsJpeg: Memory limit exceeded',
    'vips_tracked: out of memory --- size == 400MB',
    'std::bad_alloc',
    'Array buffer allocation failed',
  ],
  too_many_pixels: [
    'Input image exceeds pixel limit',
    'heif: Security limit exceeded: Image size 100000x100000 exceeds the maximum (6.1000)',
  ],
  too_many_frames: ['gifload: Frame count excessive'],
  processing_timeout: ['timeout: 40% complete'],
};

describe.each(Object.entries(FAULTS))('%s is the code of', (code, messages) => {
  it.each(messages)('%s', (message) => {
    const cause = new Error(message);
    expect(libvipsFault(cause)).toMatchObject({ code, cause });
  });
});

it('names an unsupported picture and the way out', () => {
  for (const [message, what] of [
    ['VipsJpeg: Unsupported color conversion request', 'a JPEG of an unknown colour space'],
    ['heif: Unsupported feature: Unsupported codec (4.3000)', 'an AVIF with another codec'],
  ] as const) {
    expect(libvipsFault(new Error(message))?.message).toBe(
      `This picture is ${what}, which is not supported. Convert it to PNG.`,
    );
  }
});

it('leaves alone what the picture did not cause', () => {
  for (const error of [
    new Error('ENOSPC: no space left on device'),
    new Error('Input file is missing: /tmp/original'),
    new PictureFault('too_many_pixels'),
    new DarkroomError({ code: 'internal', status: 500, message: 'VipsJpeg: Bogus marker length' }),
    'VipsJpeg: Bogus marker length',
  ]) {
    expect(libvipsFault(error)).toBeNull();
  }
});
