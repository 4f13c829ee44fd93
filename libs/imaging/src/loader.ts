import type { Metadata } from 'sharp';
import type { FileWindow } from './complete/file-window.js';
import type { Context } from './context.js';
import type { ImagingLimits } from './engine-types.js';
import type { HeifPicture } from './heif/heif-picture.js';
import type { Mended } from './inspect/mended.js';
import type { NamedColour } from './named-colour.js';
import type { StatedColour } from './stated-colour.js';
import type { Drawn } from './svg/draw-svg.js';
import type { OwnTiff } from './tiff/plan-page.js';
import type { Size } from './variant-size.js';
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
