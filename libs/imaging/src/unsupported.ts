import { PictureFault } from '@darkroom/errors';

/**
 * Creates the fault of a complete picture that no decoder here can read. It names what is unsupported, and what to do.
 *
 * @param what - a noun with its article, e.g. `a TIFF with LZMA compression`
 * @param cause - the error of the decoder
 */
export function unsupported(what: string, cause?: unknown): PictureFault {
  return new PictureFault(
    'unsupported_format',
    `This picture is ${what}, which is not supported. Convert it to PNG.`,
    cause,
  );
}
