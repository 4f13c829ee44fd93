import type { OriginalContentType } from '@darkroom/contracts';
import type { Loader } from '../loader.js';

/** A decoder here hands its pixels to libvips as an uncompressed TIFF. */
const RAW = { operation: 'VipsForeignLoadTiff', domains: [] } as const;

/** The loaders of formats that libvips cannot read here. Their code is loaded with the first picture of the format. */
export const rasterLoaders = {
  'image/jxl': {
    ...RAW,
    readHeader: async (fd) => (await import('./jxl.js')).readJxl(fd),
    decode: async (context) => (await import('./jxl.js')).decodeJxl(context),
  },
  'image/jp2': {
    ...RAW,
    readHeader: async (fd) => (await import('./jp2.js')).readJp2(fd),
    decode: async (context) => (await import('./jp2.js')).decodeJp2(context),
  },
  'image/vnd.adobe.photoshop': {
    ...RAW,
    readHeader: async (fd) => (await import('./psd.js')).readPsd(fd),
    decode: async (context) => (await import('./psd.js')).decodePsd(context),
  },
  'image/bmp': {
    ...RAW,
    readHeader: async (fd) => (await import('./bmp.js')).readBmp(fd),
    decode: async (context) => (await import('./bmp.js')).decodeBmp(context),
  },
  'image/vnd.microsoft.icon': {
    ...RAW,
    readHeader: async (fd, limits) => (await import('./ico.js')).readIco(fd, limits),
    decode: async (context) => (await import('./ico.js')).decodeIco(context),
  },
  'image/qoi': {
    ...RAW,
    readHeader: async (fd) => (await import('./qoi.js')).readQoi(fd),
    decode: async (context) => (await import('./qoi.js')).decodeQoi(context),
  },
} as const satisfies Partial<Record<OriginalContentType, Loader>>;
