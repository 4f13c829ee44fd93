import { DarkroomError, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import { loaders } from './loaders.js';

const DOMAINS = Object.values(loaders).flatMap(({ domains }) => domains);

/**
 * Messages of libvips and its decoders that mean a faulty picture, the more specific first.
 *
 * Only the message text is available: sharp's errors carry no code, and libvips keeps one text buffer for all its
 * domains. A line begins with the domain that wrote it (`VipsJpeg: …`, `vipspng: …`, `heif: …`); there may be several
 * lines.
 */
const FAULTS: readonly (readonly [RegExp, PictureFaultCode])[] = [
  [/^timeout: \d+% complete/m, 'processing_timeout'],
  [/out of memory|std::bad_alloc|Array buffer allocation failed/i, 'out_of_memory'],
  // libheif's own limit, which applies whatever our limit is.
  [/^Input image exceeds pixel limit|Security limit exceeded: Image size/m, 'too_many_pixels'],
  // Complete, but no decoder here supports it: libheif without the codec (HEVC), lossless and arithmetic JPEG, exotic
  // TIFF compressions and channels.
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
  // The first bytes were sniffed before and match the format; the bytes after them do not.
  [/^Input file contains unsupported image format/m, 'corrupt_image'],
  [new RegExp(`^(${DOMAINS.join('|')})\\b`, 'm'), 'corrupt_image'],
  // Sharp's message for a failure without a text from libvips, seen for PNG and JPEG whose chunks contradict each
  // other.
  [/^Unknown error$/, 'corrupt_image'],
  // libtiff begins its messages with the name of the function that failed.
  [/^(_?TIFF\w+|JPEGLib|OJPEG\w*|\w+(Decode|Decode\w+|PreDecode|SetupDecode)):? /m, 'corrupt_image'],
];

/**
 * Converts an error of sharp into the matching fault of the picture.
 *
 * @returns null when the error is already ours, or is not caused by the picture
 */
export function libvipsFault(error: unknown): PictureFault | null {
  if (!(error instanceof Error) || error instanceof DarkroomError) return null;
  const found = FAULTS.find(([pattern]) => pattern.test(error.message));
  return found ? new PictureFault(found[1], undefined, error) : null;
}

/**
 * Oddities that do no harm to a picture, as libtiff and libjpeg report them (jerror.h of libjpeg-turbo 3). Cameras
 * write a few surplus bytes before a marker; thousands of them mean that the decoder has lost its place in the data.
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
 * Whether a decoder has complained only of oddities, e.g. `Bad value 9 for "Orientation" tag`. libtiff reports both
 * oddities and truncated data as errors; libjpeg reports both as warnings.
 */
export function isOddity(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.message.split('\n').every((line) => ODDITIES.some((oddity) => oddity.test(line)))
  );
}
