import { describe, expect, it } from 'vitest';
import { layoutRows, type Tile } from './justified-rows.js';
import { findAnchor, rowOfTile, findNeighbour, topOfTile, visibleRows } from './visible-rows.js';

/** Squares of 100 pixels, five per row: rows at 40, 140, 240 … below a heading of 40. */
const tiles: Tile[] = Array.from({ length: 500 }, (_, index) => ({
  key: `picture-${index}`,
  aspect: 1,
  section: index < 10 ? 'today' : 'before',
}));
const keys = tiles.map(({ key }) => key);
const layout = layoutRows(tiles, { width: 500, target: 100, gap: 0, heading: 40 });

describe('visibleRows', () => {
  it('returns the rows that intersect the range', () => {
    const { first, end } = visibleRows(layout.rows, 150, 250);
    expect(layout.rows.slice(first, end).map(({ kind, top }) => [kind, top])).toEqual([
      ['pictures', 140],
      ['heading', 240],
    ]);
  });

  it.each([
    ['above the grid', -500, -100],
    ['below it', 99_999, 100_999],
  ])('returns no rows for a range %s', (_, from, to) => {
    const { first, end } = visibleRows(layout.rows, from, to);
    expect(end - first).toBe(0);
  });

  it('returns as many rows as fit at every position', () => {
    for (let from = 0; from < layout.height - 1000; from += 333) {
      const { first, end } = visibleRows(layout.rows, from, from + 1000);
      expect(end - first).toBeGreaterThanOrEqual(10);
      expect(end - first).toBeLessThanOrEqual(12);
    }
  });
});

describe('findAnchor', () => {
  it('returns the first visible picture', () => {
    expect(findAnchor(layout, keys, 145)).toEqual({ key: 'picture-5', top: 140 });
  });

  it('skips a heading', () => {
    expect(findAnchor(layout, keys, 241)).toEqual({ key: 'picture-10', top: 280 });
  });

  it('returns null for an empty grid', () => {
    expect(findAnchor({ rows: [], height: 0 }, [], 0)).toBeNull();
  });

  it('finds the picture again after rows were inserted above it', () => {
    const more = [{ key: 'new', aspect: 1, section: 'now' }, ...tiles];
    const after = layoutRows(more, { width: 500, target: 100, gap: 0, heading: 40 });
    expect(topOfTile(after, 6)).toBe(280);
  });
});

describe('rowOfTile', () => {
  it('finds the row of every picture', () => {
    for (let index = 0; index < tiles.length; index += 1) {
      const row = rowOfTile(layout, index);
      expect(row?.kind === 'pictures' && row.boxes.some((box) => box.index === index)).toBe(true);
    }
  });
});

describe('findNeighbour', () => {
  it('moves to the picture below and back, across headings', () => {
    expect(findNeighbour(layout, 7, 1)).toBe(12);
    expect(findNeighbour(layout, 12, -1)).toBe(7);
  });

  it('stays at the first and the last row', () => {
    expect(findNeighbour(layout, 3, -1)).toBe(3);
    expect(findNeighbour(layout, 499, 1)).toBe(499);
  });
});
