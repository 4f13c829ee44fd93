import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { type Context, need } from '../context.js';
import { profileName } from '../icc/profile-name.js';
import { usableProfile } from '../icc/usable-profile.js';
import type { Header } from '../loader.js';
import { createRawTiff, type RawPicture } from '../raw-tiff.js';
import { readAt } from '../read-at.js';
import { unsupported } from '../unsupported.js';
import { type BoxPlace, listBoxes, readBox } from './iso-boxes.js';
import { type JxlHeader, parseJxlHeader } from './jxl-header.js';
import { decodeWithMagick } from './magick.js';
import { rasterMetadata } from './raster-header.js';
import { withFile } from './with-file.js';

/** The header has some dozen bytes, and more only with names of extra channels. */
const HEAD_BYTES = 16 * 1024;
/** Of EXIF, XMP, and of either after its decompression. */
const METADATA_MAX_BYTES = 2 ** 20;
/** A codestream without a container begins with it. */
const CODESTREAM = 0xff;

/**
 * Reads the header of a JPEG XL file.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image`, `unsupported_format`
 */
export async function readJxl(fd: number): Promise<Header> {
  const { header, boxes } = readImageHeader(fd);
  if (header.hasBlack) throw unsupported('a JPEG XL in CMYK');
  const exif = readMetadata(fd, boxes, 'Exif');
  const metadata = rasterMetadata({
    ...pictureOf(header),
    // The block begins with the number of bytes before its TIFF header.
    exif: exif && exif.length > 4 ? exif.subarray(4 + exif.readUInt32BE(0)) : undefined,
    xmp: readMetadata(fd, boxes, 'xml '),
  });
  return {
    metadata: { ...metadata, orientation: header.orientation },
    ...(header.colour ? { colour: header.colour } : {}),
  };
}

/**
 * Decodes the picture, of an animation the first frame, to 8 bits a channel.
 *
 * @returns an uncompressed TIFF with the colour profile of the picture
 */
export async function decodeJxl(context: Context): Promise<Buffer> {
  const source = need(context, 'source');
  const file = readFileSync(context.input.path);
  const { header } = withFile(context.input.path, readImageHeader);
  const picture = pictureOf(header);
  const { pixels, icc } = await decodeWithMagick(
    file,
    { ...picture, format: 'JXL', linearToSrgb: header.isXyb && header.hasProfile },
    context,
  );
  // Only the decoder can read a profile in the codestream. It describes the stored colours, not those made from XYB.
  const usable =
    icc && header.hasProfile && !header.isXyb ? usableProfile({ ...source.metadata, icc }) : null;
  if (usable) {
    source.icc = usable;
    source.colourProfile = profileName(usable);
  }
  const tiff = createRawTiff(picture, usable);
  tiff.pixels.set(pixels);
  return tiff.file;
}

function pictureOf({
  width,
  height,
  isGrey,
  hasAlpha,
}: JxlHeader): RawPicture & Pick<Required<RawPicture>, 'channels'> {
  return { width, height, channels: ((isGrey ? 1 : 3) + (hasAlpha ? 1 : 0)) as 1 | 2 | 3 | 4 };
}

function readImageHeader(fd: number): { header: JxlHeader; boxes: BoxPlace[] } {
  const boxes = readAt(fd, 0, 1)[0] === CODESTREAM ? [] : listBoxes(fd);
  const codestream = boxes.length === 0 ? readAt(fd, 0, HEAD_BYTES) : readCodestream(fd, boxes);
  return { header: parseJxlHeader(codestream), boxes };
}

function readCodestream(fd: number, boxes: readonly BoxPlace[]): Buffer {
  const whole = boxes.find(({ type }) => type === 'jxlc');
  if (whole) return readBox(fd, whole, HEAD_BYTES);
  // Each part begins with its number.
  const parts = boxes
    .filter(({ type }) => type === 'jxlp')
    .map((box) => readBox(fd, box, HEAD_BYTES).subarray(4));
  return Buffer.concat(parts.slice(0, 8));
}

/** A box of metadata can be compressed: its type then follows the type `brob`. A damaged one is ignored. */
function readMetadata(fd: number, boxes: readonly BoxPlace[], type: string): Buffer | undefined {
  const plain = boxes.find((box) => box.type === type);
  if (plain) return readBox(fd, plain, METADATA_MAX_BYTES);
  for (const box of boxes) {
    if (box.type !== 'brob') continue;
    const content = readBox(fd, box, METADATA_MAX_BYTES);
    if (content.toString('latin1', 0, 4) === type) return decompress(content.subarray(4));
  }
  return undefined;
}

function decompress(content: Buffer): Buffer | undefined {
  try {
    return brotliDecompressSync(content, { maxOutputLength: METADATA_MAX_BYTES });
  } catch {
    return undefined;
  }
}
