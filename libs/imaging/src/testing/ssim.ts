/** Pixels: the side of a window, and the step from one window to the next. */
const WINDOW = 8;
const STEP = 4;
/** (0.01 · 255)² and (0.03 · 255)², the constants of Wang et al., "Image quality assessment", 2004. */
const C1 = 6.5025;
const C2 = 58.5225;

export interface Raster {
  /** RGB, 8 bits a channel. */
  data: Uint8Array;
  width: number;
  height: number;
}

/** Returns the structural similarity of the lightness of two pictures of the same size: 1 when they are equal. */
export function ssim(left: Raster, right: Raster): number {
  const [l, r] = [lightness(left), lightness(right)];
  const { width, height } = left;
  let sum = 0;
  let count = 0;
  for (let y = 0; y === 0 || y + WINDOW <= height; y += STEP) {
    for (let x = 0; x === 0 || x + WINDOW <= width; x += STEP) {
      sum += similarityAt(l, r, { x, y, width, height });
      count += 1;
    }
  }
  return sum / count;
}

function similarityAt(
  l: Float64Array,
  r: Float64Array,
  at: { x: number; y: number; width: number; height: number },
): number {
  let [n, sl, sr, sll, srr, slr] = [0, 0, 0, 0, 0, 0];
  for (let y = at.y; y < Math.min(at.y + WINDOW, at.height); y += 1) {
    for (let x = at.x; x < Math.min(at.x + WINDOW, at.width); x += 1) {
      const a = l[y * at.width + x] ?? 0;
      const b = r[y * at.width + x] ?? 0;
      n += 1;
      sl += a;
      sr += b;
      sll += a * a;
      srr += b * b;
      slr += a * b;
    }
  }
  const [ml, mr] = [sl / n, sr / n];
  const [vl, vr, cov] = [sll / n - ml * ml, srr / n - mr * mr, slr / n - ml * mr];
  return ((2 * ml * mr + C1) * (2 * cov + C2)) / ((ml * ml + mr * mr + C1) * (vl + vr + C2));
}

function lightness({ data, width, height }: Raster): Float64Array {
  return Float64Array.from(
    { length: width * height },
    (_, at) =>
      0.299 * (data[at * 3] ?? 0) + 0.587 * (data[at * 3 + 1] ?? 0) + 0.114 * (data[at * 3 + 2] ?? 0),
  );
}
