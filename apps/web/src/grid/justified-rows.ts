/** What the layout needs to know of a thing in the grid. */
export interface Tile {
  readonly key: string;
  /** Width divided by height. */
  readonly aspect: number;
  /** Things of one section stand together under one heading. */
  readonly section: string;
}

export interface RowGeometry {
  /** Pixels that the grid is wide. */
  readonly width: number;
  /** Pixels that a row is high at best; a row differs so that its pictures fill the width. */
  readonly target: number;
  /** Pixels between pictures and between rows. */
  readonly gap: number;
  /** Pixels that the heading of a section is high. */
  readonly heading: number;
}

export interface Box {
  /** Place of the tile in the list. */
  readonly index: number;
  /** Pixels from the row's beginning. */
  readonly start: number;
  readonly width: number;
}

interface Band {
  /** Pixels from the top of the grid. */
  readonly top: number;
  readonly height: number;
}
export interface HeadingRow extends Band {
  readonly kind: 'heading';
  readonly section: string;
  /** Place of the first tile below it. */
  readonly first: number;
}
export interface PictureRow extends Band {
  readonly kind: 'pictures';
  readonly boxes: readonly Box[];
}
export type GridRow = HeadingRow | PictureRow;

export interface GridLayout {
  readonly rows: readonly GridRow[];
  /** Pixels of all rows together. */
  readonly height: number;
}

/** A panorama is not to leave a row a finger high, nor a tall screenshot to fill a screen: the rest is cropped. */
const NARROWEST = 0.5;
const WIDEST = 3;
/** A picture whose size nobody knows yet. */
export const UNKNOWN_ASPECT = 4 / 3;

/**
 * Puts tiles into rows that fill the width, each picture in its own shape, as photo libraries do. The last row of a
 * section keeps the target's height and may end early.
 */
export function layoutRows(tiles: readonly Tile[], geometry: RowGeometry): GridLayout {
  const rows: GridRow[] = [];
  let top = 0;
  for (let first = 0; first < tiles.length;) {
    const section = tiles[first]?.section ?? '';
    let end = first + 1;
    while (end < tiles.length && tiles[end]?.section === section) end += 1;
    rows.push({ kind: 'heading', section, first, top, height: geometry.heading });
    top += geometry.heading;
    while (first < end) {
      const count = tilesInRow(tiles, first, end, geometry);
      const row = makeRow(tiles, first, count, top, geometry);
      rows.push(row);
      top += row.height + geometry.gap;
      first += count;
    }
  }
  return { rows, height: top };
}

function aspectOf(tile: Tile | undefined): number {
  return Math.min(WIDEST, Math.max(NARROWEST, tile?.aspect ?? UNKNOWN_ASPECT));
}

/** As many as bring the row nearest to the target's height. */
function tilesInRow(tiles: readonly Tile[], first: number, end: number, geometry: RowGeometry): number {
  const { width, target, gap } = geometry;
  let aspects = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let index = first; index < end; index += 1) {
    aspects += aspectOf(tiles[index]);
    const count = index - first + 1;
    const height = (width - gap * (count - 1)) / aspects;
    if (height <= target) {
      // One less makes it higher than the target: take what lies nearer.
      return count > 1 && before - target < target - height ? count - 1 : count;
    }
    before = height;
  }
  return end - first;
}

function makeRow(
  tiles: readonly Tile[],
  first: number,
  count: number,
  top: number,
  { width, target, gap }: RowGeometry,
): PictureRow {
  const aspects = tiles.slice(first, first + count).map(aspectOf);
  const sum = aspects.reduce((total, aspect) => total + aspect, 0);
  const filling = (width - gap * (count - 1)) / sum;
  // A row that would have to grow much is one that ends early.
  const fills = filling <= target * 1.25;
  const height = Math.max(1, Math.round(fills ? filling : target));
  let start = 0;
  const boxes = aspects.map((aspect, at): Box => {
    const last = fills && at === count - 1;
    const boxWidth = last ? Math.max(1, width - start) : Math.min(width, Math.round(aspect * height));
    const box = { index: first + at, start, width: boxWidth };
    start += boxWidth + gap;
    return box;
  });
  return { kind: 'pictures', top, height, boxes };
}
