import type { OriginalContentType } from '@darkroom/contracts';
import type { Metadata } from 'sharp';
import type { Context } from './context.js';
import type { ImagingLimits } from './engine-types.js';
import { decodeHeic } from './heif/decode-heic.js';
import type { HeifPicture } from './heif/heif-picture.js';
import { probeHeic } from './heif/probe-heic.js';
import type { Size } from './variant-size.js';
import { checkGif } from './whole/check-gif.js';
import { checkJpeg } from './whole/check-jpeg.js';
import type { FileWindow } from './whole/file-window.js';

/** How one format is read. */
export interface Loader {
  /** The operation of libvips that decodes it, or what `decode` leaves. All others are blocked. */
  readonly operation: `VipsForeignLoad${string}`;
  /** What a line of libvips begins with that speaks of a broken file of the format. */
  readonly domains: readonly string[];
  /** Reads the header where sharp cannot. @param fd - an open file; stays open */
  readonly readHeader?: (
    fd: number,
    limits: ImagingLimits,
  ) => Promise<{ metadata: Metadata; heif?: HeifPicture }>;
  /** Decodes a picture that libvips cannot. @returns a file that `operation` reads: a TIFF of raw pixels */
  readonly decode?: (context: Context) => Promise<Buffer>;
  /** Refuses a picture that is not whole, where the decoder would show a part of it as if it were all. */
  readonly verify?: (file: FileWindow, size: Size) => void;
}

/** The loader of every input format. PNG has checksums and the others lengths, so that two alone need `verify`. */
export const loaders: Record<OriginalContentType, Loader> = {
  'image/jpeg': { operation: 'VipsForeignLoadJpeg', domains: ['VipsJpeg'], verify: checkJpeg },
  'image/png': { operation: 'VipsForeignLoadPng', domains: ['vipspng', 'pngload'] },
  'image/webp': { operation: 'VipsForeignLoadWebp', domains: ['webp', 'webp2vips'] },
  'image/gif': { operation: 'VipsForeignLoadNsgif', domains: ['gifload'], verify: checkGif },
  'image/avif': { operation: 'VipsForeignLoadHeif', domains: ['heif', 'heifload'] },
  'image/tiff': { operation: 'VipsForeignLoadTiff', domains: ['tiff2vips', 'tiffload'] },
  // Decoded by WebAssembly, which leaves a TIFF of raw pixels to libvips (decision 0007).
  'image/heic': { operation: 'VipsForeignLoadTiff', domains: [], readHeader: probeHeic, decode: decodeHeic },
};
