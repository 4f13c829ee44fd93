import { readAt } from '../read-at.js';
import type { Size } from '../variant-size.js';
import { BoxReader } from './box-reader.js';
import type { HeifItem, HeifMeta } from './heif-meta.js';

/** How a picture consists of coded pictures of the same size, from left to right and from top to bottom. */
export interface TilePlan {
  /** The stored size of the picture; its tiles may extend beyond its right and lower edge. */
  whole: Size;
  tile: Size;
  columns: number;
  tiles: HeifItem[];
}

const CODED = new Set(['hvc1', 'hev1']);
/** Properties that would change a tile before it is put into its place. */
const TRANSFORMATIONS = new Set(['irot', 'imir', 'clap']);
/** Bytes of a `grid` item with sizes of 32 bits (ISO/IEC 23008-12, 6.6.2.3). */
const GRID_BYTES = 12;
/** In `hvcC`: chroma has half the width and height of luma. */
const CHROMA_420 = 1;

/**
 * Plans how to decode a picture by its tiles, for pictures of 8 bits with chroma of half the width and height: what
 * phones write.
 *
 * @param fd - an open file; stays open
 * @param primary - one coded picture, or a grid of them
 * @returns null for any other picture, which libheif decodes as a whole
 */
export function planTiles(fd: number, meta: HeifMeta, primary: HeifItem): TilePlan | null {
  const whole = sizeOf(primary);
  if (!whole || !isEven(whole)) return null;
  if (CODED.has(primary.type)) {
    return isPlain(primary) ? { whole, tile: whole, columns: 1, tiles: [primary] } : null;
  }
  const grid = primary.type === 'grid' ? readGrid(fd, primary) : null;
  if (!grid || grid.width !== whole.width || grid.height !== whole.height) return null;
  const tiles = tilesOf(meta, primary);
  const tile = tiles[0] && sizeOf(tiles[0]);
  if (!tile || !isEven(tile) || tiles.length !== grid.columns * grid.rows) return null;
  const isCovered = tile.width * grid.columns >= whole.width && tile.height * grid.rows >= whole.height;
  const areAlike = tiles.every((item) => {
    const size = sizeOf(item);
    const isTurned = item.properties.some(({ type }) => TRANSFORMATIONS.has(type));
    return size?.width === tile.width && size.height === tile.height && !isTurned && isPlain(item);
  });
  return isCovered && areAlike ? { whole, tile, columns: grid.columns, tiles } : null;
}

function tilesOf(meta: HeifMeta, grid: HeifItem): HeifItem[] {
  const ids = meta.references.findLast(({ type, from }) => type === 'dimg' && from === grid.id)?.to ?? [];
  return ids.map((id) => meta.items.get(id)).filter((item) => item !== undefined);
}

function readGrid(fd: number, { extents }: HeifItem): (Size & { columns: number; rows: number }) | null {
  const [extent] = extents ?? [];
  if (!extent) return null;
  const reader = new BoxReader(readAt(fd, extent.offset, Math.min(extent.length, GRID_BYTES)));
  if (reader.left < 8) return null;
  reader.uint(1);
  const bytes = (reader.uint(1) & 1) === 1 ? 4 : 2;
  const [rows, columns] = [reader.uint(1) + 1, reader.uint(1) + 1];
  if (reader.left < 2 * bytes) return null;
  return { rows, columns, width: reader.uint(bytes), height: reader.uint(bytes) };
}

function sizeOf({ properties }: HeifItem): Size | undefined {
  const content = properties.find(({ type }) => type === 'ispe')?.content;
  if (!content || content.length < 12) return undefined;
  return { width: content.readUInt32BE(4), height: content.readUInt32BE(8) };
}

const isEven = ({ width, height }: Size) => width > 0 && height > 0 && width % 2 === 0 && height % 2 === 0;

/** Whether it is HEVC with chroma of half the width and height, and 8 bits. */
function isPlain({ type, properties, extents }: HeifItem): boolean {
  const content = properties.find((property) => property.type === 'hvcC')?.content;
  if (!CODED.has(type) || !extents || !content || content.length < 23) return false;
  const [chroma, luma, colours] = [content.readUInt8(16), content.readUInt8(17), content.readUInt8(18)];
  return (chroma & 3) === CHROMA_420 && (luma & 7) === 0 && (colours & 7) === 0;
}
