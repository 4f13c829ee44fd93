import type { OriginalContentType } from '@darkroom/contracts';
import { type Context, need } from './context.js';
import { decodeAvif } from './heif/decode-avif.js';
import { decodeHeic } from './heif/decode-heic.js';
import { probeAvif, probeHeic } from './heif/probe-heif.js';
import { readPngColour } from './png/png-colour.js';
import { rasterLoaders } from './raster/raster-loaders.js';
import type { Loader } from './loader.js';
import { checkJpeg } from './complete/check-jpeg.js';
import { inspectGif } from './inspect/inspect-gif.js';
import { inspectJpeg } from './inspect/inspect-jpeg.js';
import { inspectPng } from './inspect/inspect-png.js';

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
