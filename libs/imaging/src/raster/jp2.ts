import { readFileSync } from 'node:fs';
import { type Context, need } from '../context.js';
import type { Header } from '../loader.js';
import { createRawTiff, type RawPicture } from '../raw-tiff.js';
import { Bytes } from './bytes.js';
import { type Jp2Header, readJp2Header } from './jp2-header.js';
import { checkTiles } from './jp2-tiles.js';
import { decodeWithMagick } from './magick.js';
import { rasterMetadata } from './raster-header.js';
import { withFile } from './with-file.js';

/** Reads the header of a JPEG 2000 file or codestream. @param fd - an open file; stays open */
export async function readJp2(fd: number): Promise<Header> {
  const header = readJp2Header(fd);
  const { icc, exif, xmp } = header;
  return { metadata: rasterMetadata({ ...pictureOf(header), icc, exif, xmp }) };
}

/** Decodes the picture to 8 bits a channel. @returns an uncompressed TIFF with the colour profile of the picture */
export async function decodeJp2(context: Context): Promise<Buffer> {
  const header = withFile(context.input.path, readJp2Header);
  const picture = pictureOf(header);
  const file = readFileSync(context.input.path);
  checkTiles(new Bytes(file), header.codestreamAt);
  const format = header.isRaw ? 'J2K' : 'JP2';
  const { pixels } = await decodeWithMagick(file, { ...picture, format }, context);
  const tiff = createRawTiff(picture, need(context, 'source').icc ?? null);
  tiff.pixels.set(pixels);
  return tiff.file;
}

function pictureOf({ width, height, isGrey, hasAlpha }: Jp2Header): RawPicture {
  return { width, height, channels: ((isGrey ? 1 : 3) + (hasAlpha ? 1 : 0)) as RawPicture['channels'] };
}
