import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import { describeCompression, describePhotometric } from './tiff-names.js';
import { TAG, type TiffPage, type TiffPicture } from './tiff-page.js';

/** How the numbers of a pixel become a colour. */
export type ColourModel = 'grey' | 'rgb' | 'palette' | 'cmyk' | 'lab' | 'ycbcr';
export type SampleKind = 'unsigned' | 'signed' | 'float';

/** What the own decoder needs to know about the samples of a page. */
export interface PagePlan {
  model: ColourModel;
  kind: SampleKind;
  /** Bits of a sample. */
  bits: number;
  /** Samples of a pixel that are its colour; they come first. */
  colours: 1 | 3 | 4;
  /** Position of the alpha among the samples of a pixel; null without one. */
  alpha: number | null;
  /** The colours are multiplied by alpha. */
  isAssociated: boolean;
}

/** A page that libvips does not decode correctly. */
export interface OwnTiff {
  picture: TiffPicture;
  plan: PagePlan;
}

const MODELS: Readonly<Record<number, ColourModel>> = {
  0: 'grey',
  1: 'grey',
  2: 'rgb',
  3: 'palette',
  5: 'cmyk',
  6: 'ycbcr',
  8: 'lab',
  9: 'lab',
};
const COLOURS = { grey: 1, rgb: 3, palette: 1, cmyk: 4, lab: 3, ycbcr: 3 } as const;

const JPEG = 7;
/** Compressions of the libtiff inside sharp, by trying them: none, CCITT, LZW, JPEG, Deflate, PackBits, WebP, others. */
const LIBTIFF = new Set([1, 2, 3, 4, 5, JPEG, 8, 32_766, 32_771, 32_773, 32_809, 32_946, 50_001]);
/** Compressions of the own decoder: none, LZW, Deflate (two numbers), PackBits and Zstandard. */
const OWN = new Set([1, 5, 8, 32_773, 32_946, 50_000]);

/** Depths at which libvips decodes each model correctly. */
const LIBVIPS_BITS: Partial<Record<ColourModel, readonly number[]>> = {
  grey: [1, 2, 4, 8, 16],
  rgb: [8, 16],
  palette: [1, 2, 4, 8, 16],
  cmyk: [8, 16],
  ycbcr: [8],
};

/**
 * Decides who decodes a page, by its sample format, depth, colour model, layout, extra samples and compression. This is
 * the only place: libvips decodes what it does right, the own decoder the rest, and what neither can do is named.
 *
 * @returns null for libvips
 * @throws PictureFault `unsupported_format`; `corrupt_image` when the page contradicts itself
 */
export function planPage(page: TiffPage): PagePlan | null {
  const { compression } = page;
  if (!LIBTIFF.has(compression) && !OWN.has(compression)) throw unsupported(describeCompression(compression));
  const plan = planSamples(page);
  const oddity = findOddity(page, plan);
  if (oddity === null && LIBTIFF.has(compression)) return null;
  if (!OWN.has(compression)) throw unsupported(`${describeCompression(compression)} and ${oddity}`);
  checkOwn(page, plan);
  return plan;
}

function planSamples(page: TiffPage): PagePlan {
  const model = MODELS[page.photometric];
  if (model === undefined) throw unsupported(describePhotometric(page.photometric));
  const [bits = 1] = page.bits;
  if (page.bits.some((other) => other !== bits)) throw unsupported('a TIFF with samples of different depths');
  const [format = 1] = page.sampleFormats;
  if (page.sampleFormats.some((other) => other !== format)) {
    throw unsupported('a TIFF with samples of different formats');
  }
  const colours = COLOURS[model];
  if (page.samples < colours || !Number.isInteger(page.samples)) throw new PictureFault('corrupt_image');
  // Before TIFF 6.0, and in careless files, the meaning of the extra samples is not stated: they are not alpha.
  const extra = page.extraSamples.findIndex((meaning) => meaning === 1 || meaning === 2);
  const alpha = extra !== -1 && colours + extra < page.samples ? colours + extra : null;
  const isAssociated = alpha !== null && page.extraSamples[extra] === 1;
  return { model, kind: kindOf(format), bits, colours, alpha, isAssociated };
}

function kindOf(format: number): SampleKind {
  if (format === 2) return 'signed';
  if (format === 3) return 'float';
  // 4 is "undefined", which every reader takes for unsigned.
  if (format === 1 || format === 4) return 'unsigned';
  throw unsupported(format === 5 || format === 6 ? 'a TIFF of complex numbers' : 'a TIFF of unknown numbers');
}

/** Describes what libvips decodes wrong or not at all; null when it decodes the page correctly. */
function findOddity(page: TiffPage, { model, kind, bits, colours, alpha }: PagePlan): string | null {
  const { compression, isPlanar, isTiled, samples, photometric } = page;
  if (!page.directory.entries.has(TAG.photometric)) return 'an unstated colour model';
  if (kind === 'signed') return 'signed samples';
  if (kind === 'float') return 'floating-point samples';
  if (model === 'lab') return 'CIELab colours';
  if (model === 'ycbcr' && compression !== JPEG) return 'YCbCr colours';
  if (LIBVIPS_BITS[model]?.includes(bits) !== true) return `${bits} bits a sample`;
  if (isPlanar && (isTiled || photometric !== 2)) return 'separate planes';
  const hasExtra = samples > colours;
  const isPlainAlpha = alpha === colours && samples === colours + 1;
  if (hasExtra && (!isPlainAlpha || isPlanar || model === 'palette')) return 'extra samples';
  return null;
}

/** @throws PictureFault `unsupported_format` for what the own decoder cannot do */
function checkOwn(page: TiffPage, { model, kind, bits }: PagePlan): void {
  const depths: Record<SampleKind, boolean> = {
    unsigned: isIntegerDepth(bits),
    signed: isIntegerDepth(bits),
    float: bits === 16 || bits === 32 || bits === 64,
  };
  if (!depths[kind]) throw unsupported(`a TIFF of ${bits}-bit ${kind} samples`);
  if (model === 'lab' && (kind === 'float' || (bits !== 8 && bits !== 16))) {
    throw unsupported(`a TIFF of ${bits}-bit CIELab colours`);
  }
  if (model === 'palette' && (kind !== 'unsigned' || bits > 16))
    throw unsupported('a TIFF with an unusual palette');
  if (model === 'ycbcr' && (bits !== 8 || kind !== 'unsigned' || page.isPlanar || page.samples > 3)) {
    throw unsupported('a TIFF of unusual YCbCr colours');
  }
  const isWholeBytes = [8, 16, 32, 64].includes(bits);
  if (
    (page.predictor === 2 && !isWholeBytes) ||
    (page.predictor === 3 && kind !== 'float') ||
    page.predictor > 3
  ) {
    throw unsupported(`a TIFF with predictor ${page.predictor} for ${bits}-bit ${kind} samples`);
  }
}

function isIntegerDepth(bits: number): boolean {
  return Number.isInteger(bits) && ((bits >= 1 && bits <= 16) || bits === 24 || bits === 32 || bits === 64);
}

/**
 * Bits of a sample of the result. A profile of a wide space needs more than 8 for RGB; sharp ignores the profile of grey
 * with 16.
 */
export function bitsOfResult({ bits, model }: PagePlan, hasProfile: boolean): 8 | 16 {
  return hasProfile && bits > 8 && model === 'rgb' ? 16 : 8;
}
