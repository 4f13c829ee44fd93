import { isBitmap, isIconFile } from './raster-signatures.js';
import { anyOf, beginsWith, isoMediaOf, riffOf, type Signature } from './signatures.js';
import { isSvg } from './svg-signature.js';
import { tiffOfKind } from './tiff-kinds.js';

/** What the platform knows of a format that originals come in. Its loader is in `libs/imaging/src/loaders.ts`. */
export interface InputFormat {
  /** For people; the same in every language. */
  readonly name: string;
  /** Of file names, without the dot. Stored originals get the first, which never changes: they are found by it. */
  readonly extensions: readonly [string, ...string[]];
  /** Content types that systems use for it beside its own. */
  readonly aliases?: readonly string[];
  readonly signature: Signature;
  /** Whether its pages are the frames of an animation. The pages of a TIFF or HEIF are pictures of their own. */
  readonly animated: boolean;
  /** Whether it can be transparent. */
  readonly transparent: boolean;
  /** Whether drawings and screenshots come in it, rather than photographs. */
  readonly drawings: boolean;
  /** Whether browsers show it. */
  readonly inBrowsers: boolean;
  /** Whether a browser that opens it as a page runs scripts in it. Links let browsers only save such an original. */
  readonly scripts?: boolean;
}

/**
 * A camera RAW format. Darkroom shows the preview in it, the camera's own rendering (decision 0028).
 *
 * @param extensions - first the one of stored originals
 */
function cameraRaw(name: string, extensions: InputFormat['extensions'], signature: Signature): InputFormat {
  return {
    name,
    extensions,
    signature,
    animated: false,
    transparent: false,
    drawings: false,
    inBrowsers: false,
  };
}

/** Every format that originals can come in, by its content type. `sniff` tries them in this order. */
export const inputFormats = {
  'image/jpeg': {
    name: 'JPEG',
    extensions: ['jpg', 'jpeg'],
    signature: beginsWith(0xff, 0xd8, 0xff),
    animated: false,
    transparent: false,
    drawings: false,
    inBrowsers: true,
  },
  'image/png': {
    name: 'PNG',
    extensions: ['png'],
    signature: beginsWith(0x89, 'PNG\r\n\u001a\n'),
    // Of an APNG, libvips reads the default image.
    animated: false,
    transparent: true,
    drawings: true,
    inBrowsers: true,
  },
  'image/webp': {
    name: 'WebP',
    extensions: ['webp'],
    signature: riffOf('WEBP'),
    animated: true,
    transparent: true,
    drawings: false,
    inBrowsers: true,
  },
  'image/gif': {
    name: 'GIF',
    extensions: ['gif'],
    signature: anyOf(beginsWith('GIF87a'), beginsWith('GIF89a')),
    animated: true,
    transparent: true,
    drawings: true,
    inBrowsers: true,
  },
  'image/avif': {
    name: 'AVIF',
    extensions: ['avif'],
    // Before HEIC: a container that names brands of both is an AVIF.
    signature: isoMediaOf('avif', 'avis'),
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: true,
  },
  // Camera RAW files before TIFF, whose structure most of them have.
  'image/x-adobe-dng': cameraRaw('DNG', ['dng'], tiffOfKind('image/x-adobe-dng')),
  'image/x-canon-cr2': cameraRaw('CR2', ['cr2'], beginsWith('II', 42, 0, 16, 0, 0, 0, 'CR')),
  'image/x-canon-cr3': cameraRaw('CR3', ['cr3'], isoMediaOf('crx ')),
  'image/x-nikon-nef': cameraRaw('NEF', ['nef', 'nrw'], tiffOfKind('image/x-nikon-nef')),
  'image/x-sony-arw': cameraRaw('ARW', ['arw', 'sr2'], tiffOfKind('image/x-sony-arw')),
  'image/x-fuji-raf': cameraRaw('RAF', ['raf'], beginsWith('FUJIFILMCCD-RAW ')),
  'image/x-olympus-orf': cameraRaw(
    'ORF',
    ['orf'],
    anyOf(beginsWith('IIRO'), beginsWith('IIRS'), beginsWith('MMOR')),
  ),
  'image/x-panasonic-rw2': cameraRaw('RW2', ['rw2'], beginsWith('IIU', 0)),
  'image/x-pentax-pef': cameraRaw('PEF', ['pef'], tiffOfKind('image/x-pentax-pef')),
  'image/tiff': {
    name: 'TIFF',
    extensions: ['tiff', 'tif'],
    // 42 is the classic TIFF, 43 BigTIFF; each in little (II) and big (MM) endian.
    signature: anyOf(
      beginsWith('II', 42, 0),
      beginsWith('MM', 0, 42),
      beginsWith('II', 43, 0),
      beginsWith('MM', 0, 43),
    ),
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: false,
  },
  'image/heic': {
    name: 'HEIC',
    extensions: ['heic', 'heif'],
    aliases: ['image/heif'],
    signature: isoMediaOf('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs'),
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: false,
  },
  'image/svg+xml': {
    name: 'SVG',
    extensions: ['svg'],
    signature: isSvg,
    // Of an SVG with SMIL or CSS animations, the picture before they begin.
    animated: false,
    transparent: true,
    drawings: true,
    // Browsers do, but with text in other fonts than the variants: the gallery must not lay one over the other.
    inBrowsers: false,
    scripts: true,
  },
  'image/jxl': {
    name: 'JPEG XL',
    extensions: ['jxl'],
    // A codestream alone, or the container (ISO/IEC 18181-2).
    signature: anyOf(beginsWith(0xff, 0x0a), beginsWith(0, 0, 0, 12, 'JXL \r\n', 0x87, '\n')),
    // Of an animation, the first frame is read.
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: false,
  },
  'image/jp2': {
    name: 'JPEG 2000',
    extensions: ['jp2', 'j2k', 'jpf', 'jpx', 'j2c', 'jpc'],
    aliases: ['image/jpx'],
    // The container, or a codestream alone: SOC and SIZ (ISO/IEC 15444-1).
    signature: anyOf(beginsWith(0, 0, 0, 12, 'jP  \r\n', 0x87, '\n'), beginsWith(0xff, 0x4f, 0xff, 0x51)),
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: false,
  },
  'image/vnd.adobe.photoshop': {
    name: 'Photoshop',
    extensions: ['psd', 'psb'],
    // 1 is PSD, 2 is PSB, the format of large documents.
    signature: anyOf(beginsWith('8BPS', 0, 1), beginsWith('8BPS', 0, 2)),
    animated: false,
    transparent: true,
    drawings: false,
    inBrowsers: false,
  },
  'image/bmp': {
    name: 'BMP',
    extensions: ['bmp', 'dib'],
    aliases: ['image/x-ms-bmp'],
    signature: isBitmap,
    animated: false,
    transparent: true,
    drawings: true,
    inBrowsers: true,
  },
  'image/vnd.microsoft.icon': {
    name: 'ICO',
    extensions: ['ico', 'cur'],
    aliases: ['image/x-icon'],
    signature: isIconFile,
    animated: false,
    transparent: true,
    drawings: true,
    inBrowsers: true,
  },
  'image/qoi': {
    name: 'QOI',
    extensions: ['qoi'],
    signature: beginsWith('qoif'),
    animated: false,
    transparent: true,
    drawings: true,
    inBrowsers: false,
  },
} as const satisfies Record<`image/${string}`, InputFormat>;

/** The content type of an original: the id of its format. */
export type OriginalContentType = keyof typeof inputFormats;
export const originalContentTypes = Object.keys(inputFormats) as OriginalContentType[];

/** Names of the input formats, for sentences. */
export const inputFormatNames: readonly string[] = originalContentTypes.map(
  (type) => inputFormats[type].name,
);

/**
 * The format of a content type.
 *
 * @returns undefined for any other type, which a later version may have stored before it was rolled back
 */
export function findInputFormat(contentType: string): InputFormat | undefined {
  return Object.hasOwn(inputFormats, contentType)
    ? inputFormats[contentType as OriginalContentType]
    : undefined;
}

/** Kinds of file that people upload and Darkroom does not support, by their extensions, so that a message can name them. */
export const unsupportedKinds: readonly { readonly name: string; readonly extensions: readonly string[] }[] =
  [
    { name: 'Compressed SVG', extensions: ['svgz'] },
    { name: 'PDF', extensions: ['pdf'] },
    { name: 'Video', extensions: ['mp4', 'mov', 'm4v', 'avi', 'mkv', 'webm'] },
    { name: 'Camera raw', extensions: ['crw', 'x3f', 'mrw'] },
    { name: 'Archive', extensions: ['zip', 'rar', '7z', 'tar', 'gz'] },
  ];
