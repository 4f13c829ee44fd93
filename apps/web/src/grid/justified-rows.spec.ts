import { describe, expect, it } from 'vitest';
import { layoutRows, type GridLayout, type PictureRow, type Tile } from './justified-rows.js';

const geometry = { width: 1000, target: 200, gap: 8, heading: 40 };

function tiles(aspects: readonly number[], section = 'today'): Tile[] {
  return aspects.map((aspect, index) => ({ key: `${section}-${index}`, aspect, section }));
}

function pictureRows({ rows }: GridLayout): PictureRow[] {
  return rows.filter((row) => row.kind === 'pictures');
}

describe('layoutRows', () => {
  it('returns no rows without pictures', () => {
    expect(layoutRows([], geometry)).toEqual({ rows: [], height: 0 });
  });

  it('fills the width to the pixel in every row but the last of a section', () => {
    const aspects = Array.from({ length: 60 }, (_, index) => 0.6 + ((index * 7) % 11) / 6);
    const rows = pictureRows(layoutRows(tiles(aspects), geometry));
    for (const { boxes } of rows.slice(0, -1)) {
      const last = boxes.at(-1);
      expect((last?.start ?? 0) + (last?.width ?? 0)).toBe(geometry.width);
    }
  });

  it('contains every picture once, in order', () => {
    const layout = layoutRows(
      [...tiles(Array(23).fill(1.5)), ...tiles(Array(9).fill(0.7), 'before')],
      geometry,
    );
    const indices = pictureRows(layout).flatMap(({ boxes }) => boxes.map(({ index }) => index));
    expect(indices).toEqual(Array.from({ length: 32 }, (_, index) => index));
  });

  it('keeps rows near the target height', () => {
    const aspects = Array.from({ length: 200 }, (_, index) => [0.75, 1, 1.5, 1.78][index % 4] ?? 1);
    for (const { height } of pictureRows(layoutRows(tiles(aspects), geometry))) {
      expect(height).toBeGreaterThan(geometry.target * 0.7);
      expect(height).toBeLessThan(geometry.target * 1.3);
    }
  });

  it('starts each section with its heading, below the section before', () => {
    const { rows, height } = layoutRows([...tiles([1, 1]), ...tiles([1], 'yesterday')], geometry);
    expect(rows.map(({ kind, top }) => [kind, top])).toEqual([
      ['heading', 0],
      ['pictures', 40],
      ['heading', 248],
      ['pictures', 288],
    ]);
    expect(height).toBe(496);
  });

  it('gives a single picture the target height', () => {
    const [row] = pictureRows(layoutRows(tiles([1.5]), geometry));
    expect(row).toMatchObject({ height: 200, boxes: [{ start: 0, width: 300 }] });
  });

  it('crops very wide and very tall pictures', () => {
    const rows = pictureRows(layoutRows(tiles([40, 0.01, 1, 1, 1, 1]), geometry));
    for (const { height, boxes } of rows) {
      expect(height).toBeGreaterThan(100);
      expect(boxes.every(({ width }) => width >= 50 && width <= geometry.width)).toBe(true);
    }
  });

  it('fits a wide picture into the width of a phone', () => {
    const [row] = pictureRows(layoutRows(tiles([3]), { ...geometry, width: 300 }));
    expect(row?.boxes[0]?.width).toBe(300);
  });
});
