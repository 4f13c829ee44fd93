import type { GridLayout, GridRow } from './justified-rows.js';

/** Rows from `first` up to and without `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Which rows touch the stretch from `from` to `to`, in pixels from the top of the grid. Rows are sorted by their top, so
 * two bisections find them, however many there are.
 */
export function visibleRows(rows: readonly GridRow[], from: number, to: number): RowRange {
  const first = bisect(rows, ({ top, height }) => top + height > from);
  const end = bisect(rows, ({ top }) => top >= to);
  return { first, end: Math.max(first, end) };
}

/** Place of the first row that fulfils a condition which all rows after it fulfil too. */
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

/** A picture that a person is looking at, and where it stands on the screen. */
export interface Anchor {
  readonly key: string;
  /** Pixels from the top of the grid. */
  readonly top: number;
}

/** The first picture below `from`: what must not move while others come in above it. */
export function findAnchor(layout: GridLayout, keys: readonly string[], from: number): Anchor | null {
  const { first } = visibleRows(layout.rows, from, Number.POSITIVE_INFINITY);
  const row = layout.rows.slice(first, first + 2).find(({ kind }) => kind === 'pictures');
  if (row?.kind !== 'pictures') return null;
  const key = keys[row.boxes[0]?.index ?? -1];
  return key === undefined ? null : { key, top: row.top };
}

/** Pixels from the top of the grid to the row that holds the tile at `index`; null where there is none. */
export function topOfTile(layout: GridLayout, index: number): number | null {
  return rowOfTile(layout, index)?.top ?? null;
}

/** The row that holds the tile at `index`. */
export function rowOfTile({ rows }: GridLayout, index: number): GridRow | undefined {
  return rows[bisect(rows, (row) => lastIndex(row) >= index)];
}

function lastIndex(row: GridRow): number {
  return row.kind === 'heading' ? row.first - 1 : (row.boxes.at(-1)?.index ?? -1);
}

/**
 * The tile that the up or down arrow leads to: in the next row of pictures, the one whose middle lies nearest.
 *
 * @param step - 1 for down, -1 for up
 * @returns the same index at the end of the grid
 */
export function tileBeside(layout: GridLayout, index: number, step: 1 | -1): number {
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
