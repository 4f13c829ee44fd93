/** Low bits of a channel that are ignored, so that a cell of colours is 16 values wide. */
const CELL_BITS = 4;
const CELLS = 2 ** CELL_BITS;
/** Pixels with less alpha than this are ignored. */
const ALPHA_MIN = 128;

/**
 * Returns the approximate colour of the largest part of a picture. The mean of all pixels would be a grey-brown that no
 * part of the picture has. Instead, this finds the cell of colours that has the most pixels together with its
 * neighbours, and returns their mean.
 *
 * @param rgba - pixels, 4 bytes each; a thumbnail is enough
 * @returns `#rrggbb`; null when every pixel is transparent
 */
export function dominantColour(rgba: Uint8Array): string | null {
  const counts = new Uint32Array(CELLS ** 3);
  const sums = new Float64Array(CELLS ** 3 * 3);
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    if ((rgba[at + 3] ?? 0) < ALPHA_MIN) continue;
    const cell = cellAt(cellOf(rgba[at]), cellOf(rgba[at + 1]), cellOf(rgba[at + 2]));
    counts[cell] = (counts[cell] ?? 0) + 1;
    for (let channel = 0; channel < 3; channel += 1) {
      sums[cell * 3 + channel] = (sums[cell * 3 + channel] ?? 0) + (rgba[at + channel] ?? 0);
    }
  }
  const most = mostPopulated(counts);
  if (most === null) return null;
  const near = neighbourhood(most);
  const total = near.reduce((sum, cell) => sum + (counts[cell] ?? 0), 0);
  const mean = (channel: number) =>
    Math.round(near.reduce((sum, cell) => sum + (sums[cell * 3 + channel] ?? 0), 0) / total);
  return `#${[0, 1, 2].map((channel) => mean(channel).toString(16).padStart(2, '0')).join('')}`;
}

const cellOf = (value = 0) => value >> CELL_BITS;
const cellAt = (red: number, green: number, blue: number) => (red * CELLS + green) * CELLS + blue;

/**
 * Finds the cell with the most pixels around it; of equal cells, the one with the most pixels inside, then the first.
 */
function mostPopulated(counts: Uint32Array): number | null {
  let best: { cell: number; around: number; own: number } | null = null;
  for (let cell = 0; cell < counts.length; cell += 1) {
    const own = counts[cell] ?? 0;
    if (own === 0) continue;
    const around = neighbourhood(cell).reduce((sum, near) => sum + (counts[near] ?? 0), 0);
    if (!best || around > best.around || (around === best.around && own > best.own))
      best = { cell, around, own };
  }
  return best?.cell ?? null;
}

/** Returns the cell and the cells that touch it. */
function neighbourhood(cell: number): number[] {
  const [red, green, blue] = [Math.floor(cell / CELLS ** 2), Math.floor(cell / CELLS) % CELLS, cell % CELLS];
  const near: number[] = [];
  for (let r = below(red); r <= above(red); r += 1) {
    for (let g = below(green); g <= above(green); g += 1) {
      for (let b = below(blue); b <= above(blue); b += 1) near.push(cellAt(r, g, b));
    }
  }
  return near;
}

const below = (value: number) => Math.max(0, value - 1);
const above = (value: number) => Math.min(CELLS - 1, value + 1);
