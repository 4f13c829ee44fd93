/* oxlint-disable no-underscore-dangle -- emscripten exports functions of C under such names */
import { formatNumber, PictureFault } from '@darkroom/errors';
import type { Size } from '../variant-size.js';
import { stretchRange, toUint16, undoPremultiplication } from './correct-samples.js';
import type { HeifPicture } from './heif-picture.js';
import type { Rectangle } from './transformations.js';
import { createLibheif, type Libheif } from './libheif.js';
import { createRawTiff } from '../raw-tiff.js';
import { unsupported } from '../unsupported.js';
import { webAssembly } from '../web-assembly.js';

// Constants of heif.h, which belong to its binary interface and never change.
const COLORSPACE_RGB = 1;
const CHROMA_RGB = 10;
const CHROMA_RGBA = 11;
/** Samples of 16 bits, little endian. */
const CHROMA_RGB_DEEP = 14;
const CHROMA_RGBA_DEEP = 15;
const CHANNEL_INTERLEAVED = 10;
/** Offsets in `heif_decoding_options` with 4-byte pointers. */
const CONVERT_HDR_TO_8BIT = 20;
const STRICT_DECODING = 21;
/** Offset in `heif_security_limits`. */
const MAX_IMAGE_SIZE_PIXELS = 8;

/** `heif_error_code`: unsupported file type, unsupported feature. */
const UNSUPPORTED = new Set([3, 4]);
const OUT_OF_MEMORY = 6;
/** `heif_suberror_Security_limit_exceeded`. */
const LIMIT_EXCEEDED = 1000;

/** The header of the picture to decode. */
type Picture = Pick<HeifPicture, 'transformed' | 'bits' | 'isLimitedGrey'>;

/**
 * Decodes the primary picture of a HEIF file, rotated, mirrored and cropped as the file states. A picture of more than
 * 8 bits gets samples of 16 bits.
 *
 * @param file - the whole file; its clean apertures must be open: see `openApertures`
 * @param icc - embedded in the result
 * @returns an uncompressed TIFF, the way to pass pixels with a profile to sharp
 * @throws PictureFault `corrupt_image`, also when the decoded size differs from the stated one, `unsupported_format`,
 *   `too_many_pixels`, `out_of_memory`
 */
export function decodePrimary(file: Buffer, picture: Picture, icc: Buffer | null, maxPixels: number): Buffer {
  return inLibheif((lib) => decode(lib, file, picture, icc, maxPixels));
}

/**
 * Has libheif read the boxes around the primary picture, without decoding it, in about 15 ms: libheif refuses damage
 * that our own reader passes over.
 *
 * @throws as `decodePrimary` does
 */
export function checkContainer(file: Buffer, maxPixels: number): void {
  inLibheif((lib) => openPrimary(lib, file, maxPixels));
}

/** Runs with a libheif of its own. */
function inLibheif<T>(work: (lib: Libheif) => T): T {
  try {
    return work(createLibheif());
  } catch (error) {
    // The picture causes all of these: an abort in emscripten, an access outside the memory, an uncaught C++ exception.
    // The memory that they happened in is discarded.
    if (error instanceof webAssembly.RuntimeError) throw new PictureFault('corrupt_image', undefined, error);
    if (typeof error === 'number') throw new PictureFault('corrupt_image');
    throw error;
  }
}

function decode(
  lib: Libheif,
  file: Buffer,
  { transformed, bits, isLimitedGrey }: Picture,
  icc: Buffer | null,
  maxPixels: number,
): Buffer {
  const { handle, error, out, view } = openPrimary(lib, file, maxPixels);
  const hasAlpha = lib._heif_image_handle_has_alpha_channel(handle) !== 0;
  const isDeep = bits > 8;
  const options = lib._heif_decoding_options_alloc();
  lib.HEAPU8[options + CONVERT_HDR_TO_8BIT] = isDeep ? 0 : 1;
  lib.HEAPU8[options + STRICT_DECODING] = 1;
  const [rgb, rgba] = isDeep ? [CHROMA_RGB_DEEP, CHROMA_RGBA_DEEP] : [CHROMA_RGB, CHROMA_RGBA];
  lib._heif_decode_image(error, handle, out, COLORSPACE_RGB, hasAlpha ? rgba : rgb, options);
  check(view(), error);
  const image = view().getUint32(out, true);
  checkSize(lib, image, transformed.whole);
  const { shown } = transformed;
  const channels = hasAlpha ? 4 : 3;
  const tiff = createRawTiff({ ...shown, channels, bits: isDeep ? 16 : 8 }, icc);
  copyPixels(lib, image, out, shown, tiff.pixels);
  const samples = isDeep ? widened(lib, image, tiff.pixels) : tiff.pixels;
  if (isLimitedGrey) stretchRange(samples, channels);
  if (hasAlpha && lib._heif_image_handle_is_premultiplied_alpha(handle) !== 0) undoPremultiplication(samples);
  return tiff.file;
}

interface Opened {
  /** The primary picture. */
  handle: number;
  /** The places where functions write their error and their other output. */
  error: number;
  out: number;
  view: () => DataView;
}

function openPrimary(lib: Libheif, file: Buffer, maxPixels: number): Opened {
  const data = allocate(lib, file.length);
  lib.HEAPU8.set(file, data);
  const error = allocate(lib, 16);
  const out = allocate(lib, 8);
  const view = () => new DataView(lib.HEAPU8.buffer);
  const context = lib._heif_context_alloc();
  const limits = lib._heif_context_get_security_limits(context);
  view().setBigUint64(limits + MAX_IMAGE_SIZE_PIXELS, BigInt(maxPixels), true);
  lib._heif_context_read_from_memory_without_copy(error, context, data, file.length, 0);
  check(view(), error);
  lib._heif_context_get_primary_image_handle(error, context, out);
  check(view(), error);
  return { handle: view().getUint32(out, true), error, out, view };
}

function checkSize(lib: Libheif, image: number, { width, height }: Size): void {
  const decoded = {
    width: lib._heif_image_get_width(image, CHANNEL_INTERLEAVED),
    height: lib._heif_image_get_height(image, CHANNEL_INTERLEAVED),
  };
  if (decoded.width === width && decoded.height === height) return;
  throw new PictureFault(
    'corrupt_image',
    `The header of this picture says ${formatSize(width, height)} pixels, but it contains ${formatSize(decoded.width, decoded.height)}. Export it again.`,
  );
}

/** Copies the shown part of the decoded picture. */
function copyPixels(lib: Libheif, image: number, out: number, shown: Rectangle, pixels: Buffer): void {
  const plane = lib._heif_image_get_plane_readonly(image, CHANNEL_INTERLEAVED, out);
  const stride = new DataView(lib.HEAPU8.buffer).getUint32(out, true);
  const row = pixels.length / shown.height;
  const start = plane + shown.top * stride + (shown.left * row) / shown.width;
  for (let y = 0; y < shown.height; y += 1) {
    pixels.set(lib.HEAPU8.subarray(start + y * stride, start + y * stride + row), y * row);
  }
}

/** Scales samples of 10 or 12 bits to 16 bits, in place. */
function widened(lib: Libheif, image: number, pixels: Buffer): Uint16Array {
  const samples = toUint16(pixels);
  const scale = 65_535 / (2 ** lib._heif_image_get_bits_per_pixel_range(image, CHANNEL_INTERLEAVED) - 1);
  for (let at = 0; at < samples.length; at += 1) samples[at] = Math.round((samples[at] ?? 0) * scale);
  return samples;
}

function formatSize(width: number, height: number): string {
  return `${formatNumber(width)} × ${formatNumber(height)}`;
}

/** @throws PictureFault for a `heif_error` other than success */
function check(view: DataView, error: number): void {
  const code = view.getUint32(error, true);
  if (code === 0) return;
  const subcode = view.getUint32(error + 4, true);
  const message = readText(view, view.getUint32(error + 8, true));
  const cause = new Error(`libheif ${code}.${subcode}: ${message}`);
  if (subcode === LIMIT_EXCEEDED) throw new PictureFault('too_many_pixels', undefined, cause);
  if (UNSUPPORTED.has(code)) throw unsupported('a HEIC with a feature that the decoder lacks', cause);
  throw new PictureFault(code === OUT_OF_MEMORY ? 'out_of_memory' : 'corrupt_image', undefined, cause);
}

function readText(view: DataView, at: number): string {
  const bytes = Buffer.from(view.buffer, at, Math.min(500, view.byteLength - at));
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function allocate(lib: Libheif, bytes: number): number {
  const at = lib._malloc(bytes);
  if (at === 0) throw new PictureFault('out_of_memory');
  return at;
}
