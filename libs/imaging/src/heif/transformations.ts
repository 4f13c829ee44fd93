import { PictureFault } from '@darkroom/errors';
import type { Turn } from '../turn.js';
import type { Size } from '../variant-size.js';
import { BoxReader } from './box-reader.js';
import type { HeifItem, Property } from './heif-meta.js';

export interface Rectangle extends Size {
  left: number;
  top: number;
}

/** The effect of a picture's transformations on its stored pixels. */
export interface Transformed {
  /** The size of the whole picture, rotated. */
  whole: Size;
  /** The part of it that is shown, rotated and mirrored. */
  shown: Rectangle;
  /** The same part of the stored picture, before it is rotated and mirrored. */
  stored: Rectangle;
  /** What all rotating and mirroring together does. */
  turn: Turn;
  /** Every clean aperture (`clap`), with the size of the whole picture that it crops. */
  apertures: { property: Property; whole: Size }[];
}

/**
 * Applies rotating (`irot`), mirroring (`imir`) and cropping (`clap`) in file order, which is their order
 * (ISO/IEC 23008-12, 6.5).
 *
 * @throws PictureFault `corrupt_image` when a clean aperture extends beyond the picture
 */
export function transform(stored: Size, { properties }: HeifItem): Transformed {
  let whole = stored;
  let shown: Rectangle = { left: 0, top: 0, ...stored };
  let turn: Turn = { flop: false, angle: 0 };
  const apertures: Transformed['apertures'] = [];
  for (const property of properties) {
    const reader = new BoxReader(property.content);
    if (property.type === 'irot') {
      for (let turns = reader.uint(1) & 3; turns > 0; turns -= 1) {
        shown = turned(shown, whole);
        whole = swapped(whole);
        turn = { ...turn, angle: (turn.angle + 270) % 360 };
      }
    }
    if (property.type === 'imir') {
      const axis = reader.uint(1) & 1;
      shown = mirrored(shown, whole, axis);
      // Mirroring after a rotation is rotating the other way after mirroring.
      turn = { flop: !turn.flop, angle: (360 - turn.angle + (axis === 0 ? 180 : 0)) % 360 };
    }
    if (property.type === 'clap') {
      apertures.push({ property, whole });
      shown = cropped(shown, reader);
    }
  }
  return { whole, shown, stored: unturned(shown, whole, turn), turn, apertures };
}

const swapped = ({ width, height }: Size): Size => ({ width: height, height: width });

/** Returns where a part of a turned picture was before. */
function unturned(part: Rectangle, whole: Size, { flop, angle }: Turn): Rectangle {
  let [found, size] = [part, whole];
  for (let left = angle; left > 0; left -= 90) {
    found = turned(found, size);
    size = swapped(size);
  }
  return flop ? mirrored(found, size, 1) : found;
}

/** Turns by 90° counterclockwise. */
function turned({ left, top, width, height }: Rectangle, whole: Size): Rectangle {
  return { left: top, top: whole.width - left - width, width: height, height: width };
}

/** @param axis - 0 swaps top and bottom, 1 left and right */
function mirrored(shown: Rectangle, whole: Size, axis: number): Rectangle {
  return axis === 0
    ? { ...shown, top: whole.height - shown.top - shown.height }
    : { ...shown, left: whole.width - shown.left - shown.width };
}

/** The aperture is stated by its size, and by the distance of its centre from the picture's (ISO/IEC 14496-12, 12.1.4). */
function cropped({ left, top, width, height }: Rectangle, clap: BoxReader): Rectangle {
  const [wide, high] = [clap.uint(4) / clap.uint(4), clap.uint(4) / clap.uint(4)];
  const across = side(width, wide, clap);
  const down = side(height, high, clap);
  return { left: left + across.from, top: top + down.from, width: across.length, height: down.length };
}

function side(whole: number, part: number, clap: BoxReader): { from: number; length: number } {
  const length = Math.round(part);
  const distance = (clap.uint(4) | 0) / clap.uint(4);
  const from = Math.floor(distance + (whole - part) / 2);
  if (!(length >= 1 && from >= 0 && from + length <= whole)) throw new PictureFault('corrupt_image');
  return { from, length };
}
