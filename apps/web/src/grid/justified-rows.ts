/** What the layout needs of a card. */
export interface Tile {
  readonly key: string;
  /** Width divided by height. */
  readonly aspect: number;
  /** Cards of one section share a heading. */
  readonly section: string;
}

export interface RowGeometry {
  /** Width of the grid in pixels. */
  readonly width: number;
  /** Preferred height of a row in pixels; rows deviate so that their pictures fill the width. */
  readonly target: number;
  /** Pixels between pictures and between rows. */
  readonly gap: number;
  /** Height of a section's heading in pixels. */
  readonly heading: number;
}

export interface Box {
  /** Index of the tile in the list. */
  readonly index: number;
  /** Pixels from the start of the row. */
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
  /** Index of the first tile below it. */
  readonly first: number;
}
export interface PictureRow extends Band {
  readonly kind: 'pictures';
  readonly boxes: readonly Box[];
}
export type GridRow = HeadingRow | PictureRow;

export interface GridLayout {
  readonly rows: readonly GridRow[];
  /** Height of all rows in pixels. */
  readonly height: number;
}

/** Limits of the aspect ratio. Beyond them a picture is cropped, so that a panorama does not make its row very low. */
const NARROWEST = 0.5;
const WIDEST = 3;
/** For a picture of unknown size. */
export const UNKNOWN_ASPECT = 4 / 3;

/**
 * Lays tiles out in rows that fill the width and keep each picture's aspect ratio. The last row of a section has the
 * target height and may be shorter than the width.
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

/** The number of tiles that brings the row's height closest to the target. */
function tilesInRow(tiles: readonly Tile[], first: number, end: number, geometry: RowGeometry): number {
  const { width, target, gap } = geometry;
  let aspects = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let index = first; index < end; index += 1) {
    aspects += aspectOf(tiles[index]);
    const count = index - first + 1;
    const height = (width - gap * (count - 1)) / aspects;
    if (height <= target) {
      // With one tile less the row is higher than the target: use the closer height.
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
  // A row that would become much too high keeps the target height and ends early.
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
