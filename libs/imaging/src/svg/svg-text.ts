import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';

/** Bytes in which an XML declaration states the encoding. */
const DECLARATION_BYTES = 256;

/**
 * Reads an SVG as text: in the encoding of its byte order mark, of its XML declaration, or in UTF-8.
 *
 * @throws PictureFault `corrupt_image` for bytes that the encoding does not have; `unsupported_format` for an unknown
 *   encoding
 */
export function readSvgText(file: Buffer): string {
  const encoding = encodingOf(file);
  const decoder = createDecoder(encoding);
  try {
    return decoder.decode(file);
  } catch (error) {
    throw new PictureFault('corrupt_image', undefined, error);
  }
}

function createDecoder(encoding: string) {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw unsupported(`an SVG in the character encoding "${encoding}"`, error);
  }
}

function encodingOf(file: Buffer): string {
  if (file[0] === 0xff && file[1] === 0xfe) return 'utf-16le';
  if (file[0] === 0xfe && file[1] === 0xff) return 'utf-16be';
  const declaration = file.toString('latin1', 0, DECLARATION_BYTES);
  return (
    /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(declaration)?.[1] ??
    'utf-8'
  );
}
