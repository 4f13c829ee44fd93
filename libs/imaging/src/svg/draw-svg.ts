import { DarkroomError, PictureFault } from '@darkroom/errors';
import { createRawTiff } from '../raw-tiff.js';
import { unsupported } from '../unsupported.js';
import type { Size } from '../variant-size.js';
import { webAssembly } from '../web-assembly.js';
import { createResvg, type Resvg, type ResvgDocument, type ResvgOptions } from './resvg.js';

/** A drawing in pixels. */
export interface Drawn {
  /** Pixels of the drawing. */
  size: Size;
  /** An uncompressed TIFF of it. */
  tiff: Buffer;
}

/**
 * Pixels of the longest side that the facts state. Maps are often measured in metres, and are not drawn at that size.
 */
const OWN_SIDE_MAX = 10_000;
/** Below this size in pixels, rounding changes the proportions visibly. */
const EXACT_BELOW = 16;

/**
 * Draws an SVG. Without scripts, without network and files: an image in it must be in a `data:` address, and text is
 * drawn in the font that comes with Darkroom. Blocks this process; the parent process enforces the time limit.
 *
 * @param text - the whole document
 * @param longSide - pixels of the longer side of the drawing, whatever size the document states
 * @returns the drawing, and the size of the document in CSS pixels
 * @throws PictureFault `corrupt_image` when it is not well-formed; `unsupported_format` when it has no size or is too
 *   complex
 */
export async function drawSvg(text: string, longSide: number): Promise<{ own: Size; drawn: Drawn }> {
  const { Resvg, font } = await createResvg();
  try {
    const { document, own } = open(Resvg, text, longSide, font);
    const { width, height, pixels } = document.render();
    const tiff = createRawTiff({ width, height, channels: 4 }, null);
    copyUnmultiplied(pixels, tiff.pixels);
    return { own, drawn: { size: { width, height }, tiff: tiff.file } };
  } catch (error) {
    throw faultOf(error);
  }
}

function open(
  Resvg: Resvg,
  text: string,
  longSide: number,
  font: ResvgOptions['font'],
): { document: ResvgDocument; own: Size } {
  const parse = (mode: 'width' | 'height') => new Resvg(text, { fitTo: { mode, value: longSide }, font });
  const document = parse('width');
  const exact = sizeOf(document);
  const long = Math.max(exact.width, exact.height);
  const scale = Math.min(1, OWN_SIDE_MAX / long);
  const own = {
    width: Math.max(1, Math.round(exact.width * scale)),
    height: Math.max(1, Math.round(exact.height * scale)),
  };
  // resvg takes the side to fit when it parses, before it knows which one is longer.
  return { document: exact.height > exact.width ? parse('height') : document, own };
}

/** resvg states rounded sides; its own output begins with the exact ones. */
function sizeOf(document: ResvgDocument): Size {
  const { width, height } = document;
  if (width !== height && Math.min(width, height) >= EXACT_BELOW) return { width, height };
  const [, exactWidth, exactHeight] =
    /^<svg[^>]*? width="([\d.e+-]+)"[^>]*? height="([\d.e+-]+)"/.exec(document.toString()) ?? [];
  return { width: Number(exactWidth ?? width) || 1, height: Number(exactHeight ?? height) || 1 };
}

/** Sharp reads colours that are not multiplied by alpha. */
function copyUnmultiplied(from: Uint8Array, to: Buffer): void {
  for (let at = 0; at < from.length; at += 4) {
    const alpha = from[at + 3] ?? 0;
    to[at + 3] = alpha;
    for (let channel = at; channel < at + 3; channel += 1) {
      const value = from[channel] ?? 0;
      to[channel] = alpha === 255 || alpha === 0 ? value : Math.min(255, Math.round((value * 255) / alpha));
    }
  }
}

/** resvg has only messages. */
function faultOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DarkroomError) return error;
  // An abort, no more memory or no more stack: the document is well-formed then.
  if (error instanceof RangeError || error instanceof webAssembly.RuntimeError)
    return unsupported('an SVG that is too complex', error);
  const { message } = error;
  if (/nodes limit reached/.test(message))
    return unsupported('an SVG with too many or too deeply nested elements', error);
  if (/entity reference loop/.test(message)) return unsupported('an SVG with nested entities', error);
  if (/invalid size|Target size is zero/.test(message))
    return unsupported('an SVG without a width and height to draw', error);
  return new PictureFault('corrupt_image', undefined, error);
}
