import { DarkroomError, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import { loaders } from './loaders.js';
import { unsupported } from './unsupported.js';

const DOMAINS = Object.values(loaders).flatMap(({ domains }) => domains);

/** A picture that no decoder here can read: what it is, for {@link unsupported}. */
interface Unsupported {
  unsupported: string;
}

/**
 * Messages of libvips and its decoders that mean a faulty picture, the more specific first. What a decoder cannot do is
 * unsupported, and only what contradicts itself or ends too early is corrupt.
 *
 * Only the message text is available: sharp's errors carry no code, and libvips keeps one text buffer for all its
 * domains. A line begins with the domain that wrote it (`VipsJpeg: …`, `vipspng: …`, `heif: …`); there may be several
 * lines.
 */
const FAULTS: readonly (readonly [RegExp, PictureFaultCode | Unsupported])[] = [
  [/^timeout: \d+% complete/m, 'processing_timeout'],
  // libjpeg: jerror.h of libjpeg-turbo 3; glibc, libstdc++ and V8.
  [
    /out of memory|std::bad_alloc|Array buffer allocation failed|Insufficient memory|Memory limit exceeded/i,
    'out_of_memory',
  ],
  // libheif's own limit, which applies whatever our limit is.
  [/^Input image exceeds pixel limit|Security limit exceeded: Image size/m, 'too_many_pixels'],
  // libnsgif counts at most 4,096 frames.
  [/\bFrame count excessive/, 'too_many_frames'],
  [/^Input image exceeds channel limit/m, { unsupported: 'a picture with too many channels' }],
  [/no known route from '/, { unsupported: 'a picture of an unknown colour space' }],
  [/\bVipsJpeg: Unsupported color conversion/, { unsupported: 'a JPEG of an unknown colour space' }],
  [/\bVipsJpeg: Too many color components/, { unsupported: 'a JPEG with too many colour components' }],
  [
    /\bVipsJpeg: .*(Unsupported JPEG|Maximum supported|Image too wide|not implemented|omitted at compile time)/,
    { unsupported: 'a JPEG of a rare coding' },
  ],
  [/\bheif: .*(Unsupported codec|has not been built in)/, { unsupported: 'an AVIF with another codec' }],
  [/\bheif: Unsupported /, { unsupported: 'an AVIF with a feature that the decoder lacks' }],
  [
    /^tiff2vips: (unsupported|Compression scheme|.* compression support is not configured)/m,
    'unsupported_format',
  ],
  [/^Input (file|buffer) has corrupt header/m, 'corrupt_image'],
  // The first bytes were sniffed before and match the format; the bytes after them do not.
  [/^Input (file|buffer) contains unsupported image format/m, 'corrupt_image'],
  [new RegExp(`^(${DOMAINS.join('|')})(_buffer|_source)?\\b`, 'm'), 'corrupt_image'],
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
  const [, fault] = FAULTS.find(([pattern]) => pattern.test(error.message)) ?? [];
  if (fault === undefined) return null;
  return typeof fault === 'string'
    ? new PictureFault(fault, undefined, error)
    : unsupported(fault.unsupported, error);
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
