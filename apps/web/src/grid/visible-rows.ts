import type { GridLayout, GridRow } from './justified-rows.js';

/** Rows from `first` (included) to `end` (excluded). */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The rows that intersect the range from `from` to `to`, in pixels from the top of the grid. Rows are sorted by their
 * top, so two binary searches find them.
 */
export function visibleRows(rows: readonly GridRow[], from: number, to: number): RowRange {
  const first = bisect(rows, ({ top, height }) => top + height > from);
  const end = bisect(rows, ({ top }) => top >= to);
  return { first, end: Math.max(first, end) };
}

/** Index of the first row for which `holds` is true. It must be true for all later rows, too. */
function bisect(rows: readonly GridRow[], holds: (row: GridRow) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && holds(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A visible picture and its position. */
export interface Anchor {
  readonly key: string;
  /** Pixels from the top of the grid. */
  readonly top: number;
}

/** The first picture below `from`. It must not move when others are inserted above it. */
export function findAnchor(layout: GridLayout, keys: readonly string[], from: number): Anchor | null {
  const { first } = visibleRows(layout.rows, from, Number.POSITIVE_INFINITY);
  const row = layout.rows.slice(first, first + 2).find(({ kind }) => kind === 'pictures');
  if (row?.kind !== 'pictures') return null;
  const key = keys[row.boxes[0]?.index ?? -1];
  return key === undefined ? null : { key, top: row.top };
}

/** Pixels from the top of the grid to the row of the tile at `index`; null if there is no such tile. */
export function topOfTile(layout: GridLayout, index: number): number | null {
  return rowOfTile(layout, index)?.top ?? null;
}

/** The row that contains the tile at `index`. */
export function rowOfTile({ rows }: GridLayout, index: number): GridRow | undefined {
  return rows[bisect(rows, (row) => lastIndex(row) >= index)];
}

function lastIndex(row: GridRow): number {
  return row.kind === 'heading' ? row.first - 1 : (row.boxes.at(-1)?.index ?? -1);
}

/**
 * The tile that the up or down arrow moves to: in the next row of pictures, the one with the closest centre.
 *
 * @param step - 1 for down, -1 for up
 * @returns the same index at the end of the grid
 */
export function findNeighbour(layout: GridLayout, index: number, step: 1 | -1): number {
  const here = rowOfTile(layout, index);
  if (here?.kind !== 'pictures') return index;
  const box = here.boxes.find((one) => one.index === index);
  const middle = (box?.start ?? 0) + (box?.width ?? 0) / 2;
  let at = layout.rows.indexOf(here) + step;
  if (layout.rows[at]?.kind === 'heading') at += step;
  const next = layout.rows[at];
  if (next?.kind !== 'pictures') return index;
  const distance = (one: { start: number; width: number }) => Math.abs(one.start + one.width / 2 - middle);
  return next.boxes.reduce((best, one) => (distance(one) < distance(best) ? one : best)).index;
}
