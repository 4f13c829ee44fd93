import { PictureFault } from '@darkroom/errors';
import { Bytes } from './bytes.js';

const SOC = 0xff4f;
const SOT = 0xff90;
const EOC = 0xffd9;
/** The highest number of a tile has 16 bits. */
const TILES_MAX = 65_535;

/**
 * Walks through the tile-parts of a codestream (ISO/IEC 15444-1, A.4.2), and refuses one in which a tile is missing. The
 * decoder would first allocate all of them.
 *
 * @param at - offset of the codestream
 * @throws PictureFault `corrupt_image`
 */
export function checkTiles(file: Bytes, at: number): void {
  const tiles = countTiles(file, at + 2);
  const found = new Set<number>();
  let next = endOfMainHeader(file, at);
  while (next + 2 <= file.length && file.u16be(next) === SOT) {
    found.add(file.u16be(next + 4));
    const length = file.u32be(next + 6);
    // 0: the tile-part extends to the end of the codestream.
    if (length === 0) next = file.length;
    else if (length < 14 || next + length > file.length) throw new PictureFault('corrupt_image');
    else next += length;
  }
  const ends = next >= file.length || file.u16be(next) === EOC;
  if (!ends || found.size !== tiles) throw new PictureFault('corrupt_image');
}

/** @param at - offset of SIZ, which states the sides of the picture and of its tiles */
function countTiles(file: Bytes, at: number): number {
  const along = (side: number) => {
    const [end, tile, start] = [
      file.u32be(at + 6 + side),
      file.u32be(at + 22 + side),
      file.u32be(at + 30 + side),
    ];
    return tile === 0 ? Number.POSITIVE_INFINITY : Math.ceil((end - start) / tile);
  };
  const tiles = along(0) * along(4);
  if (!(tiles >= 1 && tiles <= TILES_MAX)) throw new PictureFault('corrupt_image');
  return tiles;
}

/** The segments of the main header state their lengths. */
function endOfMainHeader(file: Bytes, at: number): number {
  if (file.u16be(at) !== SOC) throw new PictureFault('corrupt_image');
  let next = at + 2;
  while (file.u16be(next) !== SOT) next += 2 + Math.max(2, file.u16be(next + 2));
  return next;
}
