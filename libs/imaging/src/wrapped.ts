import type { Credits } from './exif-credits.js';
import type { Shot } from './exif-shot.js';

/** A run of bytes in a file. */
export interface Part {
  offset: number;
  length: number;
}

/** What a file says about the picture in it. What it leaves out, the picture itself may say. */
export interface Wrapper {
  /** EXIF orientation. */
  orientation?: number;
  credits?: Credits;
  shot?: Shot;
}

/** A picture that is a part of another file. */
export interface Wrapped extends Wrapper {
  picture: Part;
}
