import { readFileSync } from 'node:fs';
import { type Context, need } from '../context.js';
import type { Header } from '../loader.js';
import { createRawTiff, type RawPicture } from '../raw-tiff.js';
import { readAt } from '../read-at.js';
import { Bytes } from './bytes.js';
import { type Dib, parseDib } from './dib-header.js';
import { hasAlphaMask, unpackDib } from './dib-pixels.js';
import { rasterMetadata } from './raster-header.js';

/** BITMAPFILEHEADER. */
const FILE_HEADER = 14;
/** A large profile has one or two megabytes. */
const PROFILE_MAX_BYTES = 4 * 2 ** 20;
/** The headers and the longest palette have 1,200 bytes; a colour profile is behind the pixels. */
const HEAD_BYTES = 4096;

/** Reads the header of a BMP. @param fd - an open file; stays open */
export async function readBmp(fd: number): Promise<Header> {
  const dib = parse(new Bytes(readAt(fd, 0, HEAD_BYTES)));
  return { metadata: rasterMetadata({ ...pictureOf(dib), icc: readProfile(fd, dib) }) };
}

/** Decodes a BMP of any version. @returns an uncompressed TIFF with its colour profile */
export async function decodeBmp(context: Context): Promise<Buffer> {
  const { icc } = need(context, 'source');
  const file = new Bytes(readFileSync(context.input.path));
  const dib = parse(file);
  const tiff = createRawTiff(pictureOf(dib), icc ?? null);
  unpackDib(file, dib, tiff.pixels, context.deadline);
  return tiff.file;
}

function parse(file: Bytes): Dib {
  return parseDib(file, FILE_HEADER, file.u32le(10));
}

function pictureOf(dib: Dib): RawPicture {
  return { width: dib.width, height: dib.height, channels: hasAlphaMask(dib) ? 4 : 3 };
}

/** A profile outside the file, or of an absurd length, is ignored: the picture is complete without it. */
function readProfile(fd: number, { profile }: Dib): Buffer | undefined {
  if (profile === undefined || profile.length === 0 || profile.length > PROFILE_MAX_BYTES) return undefined;
  const icc = readAt(fd, profile.at, profile.length);
  return icc.length === profile.length ? icc : undefined;
}
