import type { OriginalContentType, Recipe, RecipeSize, VariantFormat } from '@darkroom/contracts';
import type { Metadata, Sharp } from 'sharp';
import type { Credits } from './exif-credits.js';
import type { Shot } from './exif-shot.js';
import type { Deadline } from './deadline.js';
import type {
  EncodedVariant,
  HeicDecoder,
  HeicReport,
  ImagingLimits,
  PictureFacts,
  PictureInput,
} from './engine-types.js';
import type { HeifPicture } from './heif/heif-picture.js';
import type { SrgbConversion } from './icc/to-srgb.js';
import type { NamedColour } from './named-colour.js';
import type { PixelLadder } from './pixel-ladder.js';
import type { DeepPixels, Pixels } from './pixels.js';
import type { OwnTiff } from './tiff/plan-page.js';
import type { Drawn } from './svg/draw-svg.js';
import type { Size } from './variant-size.js';
import type { Wrapper } from './wrapped.js';

/** The header of the original. */
export interface Source {
  contentType: OriginalContentType;
  metadata: Metadata;
  /** Set when libvips reads the picture from memory instead of from its file. */
  mended?: Buffer;
  /** Set for HEIC, which sharp cannot decode. */
  heif?: HeifPicture;
  /** The embedded profile that decides the colours: it fits the picture, and no name takes precedence. */
  icc?: Buffer;
  /** Set when a name decides the colours, without a profile. */
  colour?: NamedColour;
  /** Set for a TIFF that libvips does not decode correctly. */
  tiff?: OwnTiff;
  /** The page that libvips decodes, from 0; 0 when not set. */
  page?: number;
  /** Set for a vector graphic: its drawing, from which the variants are made whatever its own size. */
  drawn?: Drawn;
  /** Displayed size of one frame. */
  upright: Size;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Frames of an animation; 1 for a still picture, even if its file has several pages. */
  frames: number;
  credits: Credits;
  shot: Shot;
  /** Name of the colour profile or of the named colours, or null. */
  colourProfile: string | null;
}

/** The sizes to make. */
export interface Ladder {
  variants: readonly (RecipeSize & Size)[];
  /** The source is decoded to this size, and every variant is made from it. */
  largest: Size;
}

/** The state that the steps of the pipeline share. Each optional field names the step that sets it. */
export interface Context {
  /** Changed by `unwrap` to the picture in the file. */
  input: PictureInput;
  readonly recipe: Recipe;
  readonly format: VariantFormat;
  readonly limits: ImagingLimits;
  readonly outputFolder: string;
  /** Whether the largest JPEG keeps the gain map of an UltraHDR JPEG. The default is false. */
  readonly keepGainMap?: boolean;
  readonly heicDecoder?: HeicDecoder | undefined;
  readonly onHeicDecoder?: ((report: HeicReport) => void) | undefined;
  readonly deadline: Deadline;
  /** Set by `unwrap`: what the file around the picture says about it. */
  wrapper?: Wrapper;
  /** Set by `probe`. */
  source?: Source;
  /** Set by `ladder`. */
  ladder?: Ladder;
  /** Set by `profile` when `convert` applies the embedded profile after the resize, instead of libvips. */
  conversion?: SrgbConversion;
  /** Set by `profile` when `convert` needs 16 bits of each sample: for HDR, and for named colours of such pictures. */
  deepColour?: NamedColour;
  /** Set by `render` when the original has a harmless oddity that must not fail a complete picture. */
  lenient?: boolean;
  /** Set by `decode`, changed by `colour`, consumed by `render`: a decoder that has not run yet. */
  decoder?: Sharp;
  /** Set by `render`, converted to sRGB by `convert`, turned upright by `orient`. */
  pixels?: Pixels;
  /** Set by `render` instead of `pixels` with a `deepColour`, consumed by `convert`. */
  deepPixels?: DeepPixels;
  /** Set by `encode` for the first format: the pixels that the variants of every format are made from. */
  pixelLadder?: PixelLadder;
  /** Set by `encode`. */
  variants?: EncodedVariant[];
  /** Set by `describe`. */
  facts?: PictureFacts;
}

/** One named step of the pipeline. */
export interface Step {
  readonly name: string;
  run(context: Context): Promise<void> | void;
}

/**
 * Returns a field that an earlier step must have set.
 *
 * @throws Error, a bug, when the steps are in the wrong order
 */
export function need<K extends keyof Context>(context: Context, key: K): NonNullable<Context[K]> {
  const value = context[key];
  if (value === undefined) throw new Error(`No earlier step has set "${key}".`);
  return value;
}
