import type { OriginalContentType, Recipe, RecipeSize, VariantFormat } from '@darkroom/contracts';
import type { Metadata, Sharp } from 'sharp';
import type { Credits } from './exif-credits.js';
import type { Shot } from './exif-shot.js';
import type { Deadline } from './deadline.js';
import type { EncodedVariant, ImagingLimits, PictureFacts, PictureInput } from './engine-types.js';
import type { HeifPicture } from './heif/heif-picture.js';
import type { SrgbConversion } from './icc/to-srgb.js';
import type { PixelLadder } from './pixel-ladder.js';
import type { Pixels } from './pixels.js';
import type { Size } from './variant-size.js';

/** What the header of the original says. */
export interface Source {
  contentType: OriginalContentType;
  metadata: Metadata;
  /** Of a HEIC picture, which sharp cannot decode. */
  heif?: HeifPicture;
  /** Size of one frame as it is shown. */
  upright: Size;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Frames of an animation; 1 for a still picture, however many pages its file has. */
  frames: number;
  credits: Credits;
  shot: Shot;
  /** Name of the colour profile, if there is one. */
  colourProfile: string | null;
}

/** The sizes to make. */
export interface Ladder {
  variants: readonly (RecipeSize & Size)[];
  /** The size that the source is decoded to and every variant is made from. */
  largest: Size;
}

/** What the steps of the pipeline hand on to each other. Each optional field is set by the step that it names. */
export interface Context {
  readonly input: PictureInput;
  readonly recipe: Recipe;
  readonly format: VariantFormat;
  readonly limits: ImagingLimits;
  readonly outputFolder: string;
  readonly deadline: Deadline;
  /** Set by `probe`. */
  source?: Source;
  /** Set by `ladder`. */
  ladder?: Ladder;
  /** Set by `profile` when the embedded profile is applied by `convert`, after the shrink, and not by libvips. */
  conversion?: SrgbConversion;
  /** Set by `render` when the original has an odd tag, which must not fail a picture that is otherwise whole. */
  lenient?: boolean;
  /** Set by `decode`, altered by `colour`, consumed by `render`: a decoder that has not run yet. */
  decoder?: Sharp;
  /** Set by `render`, made sRGB by `convert`, turned by `orient`. */
  pixels?: Pixels;
  /** Set by `encode`: what the variants were made from. */
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

/** A field that an earlier step must have set. @throws Error, a fault of ours, when the steps stand in a wrong order */
export function need<K extends keyof Context>(context: Context, key: K): NonNullable<Context[K]> {
  const value = context[key];
  if (value === undefined) throw new Error(`No step before this one has set "${key}".`);
  return value;
}
