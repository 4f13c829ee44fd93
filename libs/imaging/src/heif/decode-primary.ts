/* oxlint-disable no-underscore-dangle -- emscripten exports functions of C under such names */
import { formatNumber, PictureFault, type PictureFaultCode } from '@darkroom/errors';
import type { Size } from '../variant-size.js';
import { createLibheif, type Libheif } from './libheif.js';
import { createRawTiff, type RawTiff } from '../raw-tiff.js';
import { webAssembly } from '../web-assembly.js';

// Constants of heif.h, which belong to its binary interface and never change.
const COLORSPACE_RGB = 1;
const CHROMA_RGB = 10;
const CHROMA_RGBA = 11;
const CHANNEL_INTERLEAVED = 10;
/** Offsets in `heif_decoding_options` with 4-byte pointers. */
const CONVERT_HDR_TO_8BIT = 20;
const STRICT_DECODING = 21;
/** Offset in `heif_security_limits`. */
const MAX_IMAGE_SIZE_PIXELS = 8;

/** `heif_error_code`: unsupported file type, unsupported feature, out of memory. */
const FAULTS: Record<number, PictureFaultCode> = {
  3: 'unsupported_format',
  4: 'unsupported_format',
  6: 'out_of_memory',
};
/** `heif_suberror_Security_limit_exceeded`. */
const LIMIT_EXCEEDED = 1000;

/**
 * Decodes the primary picture of a HEIF file to 8 bits a channel, rotated and mirrored as the file states.
 *
 * @param file - the whole file
 * @param size - the size that its header states
 * @param icc - embedded in the result
 * @returns an uncompressed TIFF, the way to pass pixels with a profile to sharp
 * @throws PictureFault `corrupt_image`, also when the decoded size differs from the stated one, `unsupported_format`,
 *   `too_many_pixels`, `out_of_memory`
 */
export function decodePrimary(file: Buffer, size: Size, icc: Buffer | null, maxPixels: number): Buffer {
  try {
    return decode(createLibheif(), file, size, icc, maxPixels);
  } catch (error) {
    // The picture causes all of these: an abort in emscripten, an access outside the memory, an uncaught C++ exception.
    // The memory that they happened in is discarded.
    if (error instanceof webAssembly.RuntimeError) throw new PictureFault('corrupt_image', undefined, error);
    if (typeof error === 'number') throw new PictureFault('corrupt_image');
    throw error;
  }
}

function decode(lib: Libheif, file: Buffer, size: Size, icc: Buffer | null, maxPixels: number): Buffer {
  const data = allocate(lib, file.length);
  lib.HEAPU8.set(file, data);
  // The places where functions write their error and their other output.
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
  const handle = view().getUint32(out, true);
  const hasAlpha = lib._heif_image_handle_has_alpha_channel(handle) !== 0;
  const options = lib._heif_decoding_options_alloc();
  lib.HEAPU8[options + CONVERT_HDR_TO_8BIT] = 1;
  lib.HEAPU8[options + STRICT_DECODING] = 1;
  lib._heif_decode_image(error, handle, out, COLORSPACE_RGB, hasAlpha ? CHROMA_RGBA : CHROMA_RGB, options);
  check(view(), error);
  const tiff = createRawTiff({ ...size, channels: hasAlpha ? 4 : 3 }, icc);
  copyPixels(lib, view().getUint32(out, true), out, size, tiff);
  if (hasAlpha && lib._heif_image_handle_is_premultiplied_alpha(handle) !== 0)
    undoPremultiplication(tiff.pixels);
  return tiff.file;
}

function copyPixels(
  lib: Libheif,
  image: number,
  out: number,
  { width, height }: Size,
  { pixels }: RawTiff,
): void {
  const decoded = {
    width: lib._heif_image_get_width(image, CHANNEL_INTERLEAVED),
    height: lib._heif_image_get_height(image, CHANNEL_INTERLEAVED),
  };
  if (decoded.width !== width || decoded.height !== height) {
    throw new PictureFault(
      'corrupt_image',
      `The header of this picture says ${formatSize(width, height)} pixels, but it contains ${formatSize(decoded.width, decoded.height)}. Export it again.`,
    );
  }
  const plane = lib._heif_image_get_plane_readonly(image, CHANNEL_INTERLEAVED, out);
  const stride = new DataView(lib.HEAPU8.buffer).getUint32(out, true);
  const row = pixels.length / height;
  for (let y = 0; y < height; y += 1) {
    pixels.set(lib.HEAPU8.subarray(plane + y * stride, plane + y * stride + row), y * row);
  }
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
  throw new PictureFault(
    subcode === LIMIT_EXCEEDED ? 'too_many_pixels' : (FAULTS[code] ?? 'corrupt_image'),
    undefined,
    cause,
  );
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

/** Sharp reads and writes colours that are not premultiplied by alpha. */
function undoPremultiplication(rgba: Buffer): void {
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 255;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel += 1) {
      rgba[channel] = Math.min(255, Math.round(((rgba[channel] ?? 0) * 255) / alpha));
    }
  }
}
