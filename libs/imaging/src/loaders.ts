import type { OriginalContentType } from '@darkroom/contracts';
import type { Metadata } from 'sharp';
import type { Context } from './context.js';
import type { ImagingLimits } from './engine-types.js';
import { decodeAvif } from './heif/decode-avif.js';
import { decodeHeic } from './heif/decode-heic.js';
import type { HeifPicture } from './heif/heif-picture.js';
import { probeAvif, probeHeic } from './heif/probe-heif.js';
import type { NamedColour } from './named-colour.js';
import { rasterLoaders } from './raster/raster-loaders.js';
import type { OwnTiff } from './tiff/decode-tiff.js';
import type { Size } from './variant-size.js';
import { checkGif } from './complete/check-gif.js';
import { checkJpeg } from './complete/check-jpeg.js';
import type { FileWindow } from './complete/file-window.js';

/** What the header of a file says. */
export interface Header {
  metadata: Metadata;
  heif?: HeifPicture;
  colour?: NamedColour;
  /** Set for a TIFF that libvips does not decode correctly. */
  tiff?: OwnTiff;
  /** The page that libvips decodes, from 0; 0 when not set. */
  page?: number;
}

/** How to read one format. */
export interface Loader {
  /** The libvips operation that decodes the format, or the output of `decode`. All others are blocked. */
  readonly operation: `VipsForeignLoad${string}`;
  /** The beginnings of libvips messages that report a broken file of this format. */
  readonly domains: readonly string[];
  /** Reads the header where sharp cannot. @param fd - an open file; stays open @param path - of the same file */
  readonly readHeader?: (fd: number, limits: ImagingLimits, path: string) => Promise<Header>;
  /**
   * Decodes a picture that libvips cannot.
   *
   * @returns a file that `operation` reads: a TIFF of raw pixels; null when libvips decodes this picture itself
   */
  readonly decode?: (context: Context) => Promise<Buffer | null>;
  /** Refuses an incomplete picture, for decoders that would show a part of it as if it were complete. */
  readonly verify?: (file: FileWindow, size: Size) => void;
}

/** The loader of every input format. PNG has checksums and most others have lengths, so only two need `verify`. */
export const loaders: Record<OriginalContentType, Loader> = {
  'image/jpeg': { operation: 'VipsForeignLoadJpeg', domains: ['VipsJpeg'], verify: checkJpeg },
  'image/png': { operation: 'VipsForeignLoadPng', domains: ['vipspng', 'pngload'] },
  'image/webp': { operation: 'VipsForeignLoadWebp', domains: ['webp', 'webp2vips'] },
  'image/gif': { operation: 'VipsForeignLoadNsgif', domains: ['gifload'], verify: checkGif },
  // Its samples, layout and colours decide whether libvips decodes it (decision 0023).
  'image/tiff': {
    operation: 'VipsForeignLoadTiff',
    domains: ['tiff2vips', 'tiffload'],
    readHeader: async (fd, _limits, path) => (await import('./tiff/probe-tiff.js')).probeTiff(fd, path),
    decode: async (context) => (await import('./tiff/decode-tiff.js')).decodeTiff(context),
  },
  'image/avif': {
    operation: 'VipsForeignLoadHeif',
    domains: ['heif', 'heifload'],
    readHeader: probeAvif,
    decode: decodeAvif,
  },
  // WebAssembly decodes it to a TIFF of raw pixels, which libvips reads (decision 0007).
  'image/heic': { operation: 'VipsForeignLoadTiff', domains: [], readHeader: probeHeic, decode: decodeHeic },
  ...rasterLoaders,
};
