import type { OriginalContentType } from '@darkroom/contracts';
import type { Metadata } from 'sharp';
import { type Context, need } from './context.js';
import type { ImagingLimits } from './engine-types.js';
import { decodeAvif } from './heif/decode-avif.js';
import { decodeHeic } from './heif/decode-heic.js';
import type { HeifPicture } from './heif/heif-picture.js';
import { probeAvif, probeHeic } from './heif/probe-heif.js';
import type { NamedColour } from './named-colour.js';
import { readPngColour } from './png/png-colour.js';
import type { StatedColour } from './stated-colour.js';
import { rasterLoaders } from './raster/raster-loaders.js';
import type { OwnTiff } from './tiff/decode-tiff.js';
import type { Drawn } from './svg/draw-svg.js';
import type { Size } from './variant-size.js';
import { checkJpeg } from './complete/check-jpeg.js';
import type { FileWindow } from './complete/file-window.js';
import { inspectGif } from './inspect/inspect-gif.js';
import { inspectJpeg } from './inspect/inspect-jpeg.js';
import { inspectPng } from './inspect/inspect-png.js';
import type { Mended } from './inspect/mended.js';
import type { Wrapped } from './wrapped.js';

/** What the header of a file says. */
export interface Header {
  metadata: Metadata;
  heif?: HeifPicture;
  /** The colours that the file names; an ICC profile in the metadata wins. */
  colour?: NamedColour;
  /** Set for a TIFF that libvips does not decode correctly. */
  tiff?: OwnTiff;
  /** What libvips reads instead of the file. */
  mended?: Buffer;
  /** The first page that libvips decodes, from 0; 0 when not set. */
  page?: number;
  drawn?: Drawn;
}

/** How to read one format. */
export interface Loader {
  /** The libvips operation that decodes the format, or the output of `decode`. All others are blocked. */
  readonly operation: `VipsForeignLoad${string}`;
  /** The beginnings of libvips messages that report a broken file of this format. */
  readonly domains: readonly string[];
  /**
   * Looks at the structure of the file before libvips does, and refuses what no decoder here can read.
   *
   * @returns what libvips reads instead of the file, where it would misread the file
   */
  readonly inspect?: (file: FileWindow, limits: ImagingLimits) => Mended | null;
  /**
   * Reads the header where sharp cannot.
   *
   * @param fd - an open file; stays open
   * @param path - of the same file
   * @param longSide - pixels of the largest variant, at which a vector graphic is drawn
   */
  readonly readHeader?: (
    fd: number,
    limits: ImagingLimits,
    path: string,
    longSide: number,
  ) => Promise<Header>;
  /** Reads the colours that the file names, where `readHeader` does not. @param fd - an open file; stays open */
  readonly readColour?: (fd: number) => StatedColour;
  /**
   * Decodes a picture that libvips cannot.
   *
   * @returns a file that `operation` reads: a TIFF of raw pixels; null when libvips decodes this picture itself
   */
  readonly decode?: (context: Context) => Promise<Buffer | null>;
  /** Finds the picture in a file that only wraps it; all else then applies to that picture. @param fd - stays open */
  readonly unwrap?: (fd: number) => Promise<Wrapped>;
  /** Refuses an incomplete picture, for decoders that would show a part of it as if it were complete. */
  readonly verify?: (file: FileWindow, size: Size) => void;
}

/**
 * The loader of a camera RAW format: its preview is a JPEG (decision 0028).
 *
 * @param what - the format with its article, for sentences
 */
function cameraRaw(what: string): Loader {
  return {
    operation: 'VipsForeignLoadJpeg',
    domains: [],
    unwrap: async (fd) => (await import('./raw/find-preview.js')).findPreview(fd, what),
  };
}

/** The loader of a TIFF with RAW data of a maker without a record; undefined for any other TIFF. */
export async function rawTiffLoader(fd: number): Promise<Loader | undefined> {
  const { isRawTiff } = await import('./raw/find-preview.js');
  return isRawTiff(fd) ? cameraRaw('a camera RAW file') : undefined;
}

/** The loader of every input format. PNG has checksums and others have lengths, so only JPEG needs `verify`. */
export const loaders: Record<OriginalContentType, Loader> = {
  'image/jpeg': {
    operation: 'VipsForeignLoadJpeg',
    domains: ['VipsJpeg'],
    inspect: inspectJpeg,
    verify: checkJpeg,
  },
  'image/png': {
    operation: 'VipsForeignLoadPng',
    domains: ['vipspng', 'pngload'],
    inspect: inspectPng,
    readColour: readPngColour,
  },
  'image/webp': { operation: 'VipsForeignLoadWebp', domains: ['webp', 'webp2vips'] },
  'image/gif': { operation: 'VipsForeignLoadNsgif', domains: ['gifload'], inspect: inspectGif },
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
  'image/x-adobe-dng': cameraRaw('a DNG'),
  'image/x-canon-cr2': cameraRaw('a CR2'),
  'image/x-canon-cr3': cameraRaw('a CR3'),
  'image/x-nikon-nef': cameraRaw('a NEF'),
  'image/x-sony-arw': cameraRaw('an ARW'),
  'image/x-fuji-raf': cameraRaw('a RAF'),
  'image/x-olympus-orf': cameraRaw('an ORF'),
  'image/x-panasonic-rw2': cameraRaw('an RW2'),
  'image/x-pentax-pef': cameraRaw('a PEF'),
  // WebAssembly decodes it to a TIFF of raw pixels, which libvips reads (decision 0007).
  'image/heic': { operation: 'VipsForeignLoadTiff', domains: [], readHeader: probeHeic, decode: decodeHeic },
  // WebAssembly draws it to a TIFF of raw pixels while its header is read (decision 0028).
  'image/svg+xml': {
    operation: 'VipsForeignLoadTiff',
    domains: [],
    readHeader: async (fd, _limits, _path, longSide) =>
      (await import('./svg/probe-svg.js')).probeSvg(fd, longSide),
    decode: (context) => Promise.resolve(takeDrawing(context)),
  },
  ...rasterLoaders,
};

function takeDrawing(context: Context): Buffer {
  const { drawn } = need(context, 'source');
  if (drawn === undefined) throw new Error('The vector graphic has not been drawn.');
  return drawn.tiff;
}
