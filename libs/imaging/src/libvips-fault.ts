import { DarkroomError, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import { loaders } from './loaders.js';

const DOMAINS = Object.values(loaders).flatMap(({ domains }) => domains);

/**
 * What libvips and the decoders below it say when the picture is at fault, the more particular first.
 *
 * Message text is all there is: sharp's errors carry no code and libvips keeps one text buffer for all its domains. A
 * line begins with the domain that wrote it (`VipsJpeg: …`, `vipspng: …`, `heif: …`); there may be several lines.
 */
const FAULTS: readonly (readonly [RegExp, PictureFaultCode])[] = [
  [/^timeout: \d+% complete/m, 'processing_timeout'],
  [/out of memory|std::bad_alloc|Array buffer allocation failed/i, 'out_of_memory'],
  // libheif's own ceiling, which holds whatever our limit says.
  [/^Input image exceeds pixel limit|Security limit exceeded: Image size/m, 'too_many_pixels'],
  // Whole, but of a kind that has no decoder here: libheif without the codec (HEVC), lossless and arithmetic JPEG,
  // exotic TIFF compressions and channels.
  [/^Input image exceeds channel limit|no known route from '/m, 'unsupported_format'],
  [
    /\bheif: (Unsupported |.*has not been built in)|\bVipsJpeg: (Unsupported JPEG process|Maximum supported|Sorry)/,
    'unsupported_format',
  ],
  [
    /^tiff2vips: (unsupported|Compression scheme|.* compression support is not configured)/m,
    'unsupported_format',
  ],
  [/^Input file has corrupt header/m, 'corrupt_image'],
  // The first bytes have been sniffed before: they are those of the format, what follows them is not.
  [/^Input file contains unsupported image format/m, 'corrupt_image'],
  [new RegExp(`^(${DOMAINS.join('|')})\\b`, 'm'), 'corrupt_image'],
  // Sharp's word for a failure that libvips gives no text to. Seen with PNG and JPEG whose chunks contradict each other.
  [/^Unknown error$/, 'corrupt_image'],
  // libtiff writes under the name of the function that failed.
  [/^(_?TIFF\w+|JPEGLib|OJPEG\w*|\w+(Decode|Decode\w+|PreDecode|SetupDecode)):? /m, 'corrupt_image'],
];

/**
 * Translates an error of sharp into the fault of the picture that it tells of.
 *
 * @returns null when the error is already ours, or is not the picture's doing
 */
export function libvipsFault(error: unknown): PictureFault | null {
  if (!(error instanceof Error) || error instanceof DarkroomError) return null;
  const found = FAULTS.find(([pattern]) => pattern.test(error.message));
  return found ? new PictureFault(found[1], undefined, error) : null;
}

/**
 * What is odd and takes nothing from a picture, as libtiff and libjpeg put it (jerror.h of libjpeg-turbo 3). A few bytes
 * too many before a marker are written by cameras; thousands are what is left of data that has lost its place.
 */
const ODDITIES = [
  / for "\w+" tag$/,
  /\b\d{1,4} extraneous bytes before marker /,
  /: bad ICC marker$/,
  /unknown JFIF revision number/,
  /Unknown Adobe color transform code/,
  /Inconsistent progression sequence/,
  /Invalid SOS parameters for sequential JPEG/,
];

/**
 * Tells whether a decoder has complained of nothing but an oddity, e.g. `Bad value 9 for "Orientation" tag`. libtiff
 * counts that among its errors, as it does cut-off data; libjpeg counts both among its warnings.
 */
export function isOddity(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.message.split('\n').every((line) => ODDITIES.some((oddity) => oddity.test(line)))
  );
}
