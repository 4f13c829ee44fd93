/** An RGB profile of three curves and a matrix (ICC.1:2022 section 8.4.3), as cameras and screens use. */
export interface MatrixProfile {
  /** The linear light, 0 to 1, of each 8-bit value; for red, green and blue. */
  curves: readonly [Float64Array, Float64Array, Float64Array];
  /** Linear RGB to XYZ under D50, by rows. */
  toXyz: readonly number[];
}

const HEADER_BYTES = 128;
const TAG_BYTES = 12;
/** Real profiles have fewer than 50. */
const MAX_TAGS = 200;
/** Tags that describe more than curves and a matrix can: a profile with one of them must not be simplified. */
const LUT_TAGS = new Set(['A2B0', 'A2B1', 'A2B2', 'D2B0', 'D2B1', 'D2B2', 'D2B3']);
/** XYZ of the PCS's white (ICC.1:2022 section 7.2.16). */
const D50 = [0.9642, 1, 0.8249] as const;
/**
 * The white of real profiles is off by up to this much. A larger error means that the colorants mean something else.
 */
const WHITE_TOLERANCE = 0.01;

/**
 * Reads a matrix profile.
 *
 * @param icc - the embedded profile; any bytes
 * @returns null for any other profile; libvips converts such pictures
 */
export function readMatrixProfile(icc: Uint8Array): MatrixProfile | null {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  if (view.byteLength < HEADER_BYTES + 4) return null;
  if (ascii(view, 16) !== 'RGB ' || ascii(view, 20) !== 'XYZ ' || ascii(view, 36) !== 'acsp') return null;
  const tags = readTags(view);
  if (tags === null) return null;
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => readCurve(tags.get(name)));
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => readXyz(tags.get(name)));
  const [red, green, blue] = curves;
  const [r, g, b] = columns;
  if (!red || !green || !blue || !r || !g || !b) return null;
  const toXyz = [0, 1, 2].flatMap((row) => [r[row] ?? 0, g[row] ?? 0, b[row] ?? 0]);
  const isWhite = D50.every((white, row) => {
    const sum = (toXyz[row * 3] ?? 0) + (toXyz[row * 3 + 1] ?? 0) + (toXyz[row * 3 + 2] ?? 0);
    return Math.abs(sum - white) < WHITE_TOLERANCE;
  });
  return isWhite ? { curves: [red, green, blue], toXyz } : null;
}

/**
 * Reads the tags by signature, each as a view of its bytes; null when the table is broken or contains a look-up table.
 */
function readTags(view: DataView): Map<string, DataView> | null {
  const count = view.getUint32(HEADER_BYTES);
  if (count > MAX_TAGS || HEADER_BYTES + 4 + count * TAG_BYTES > view.byteLength) return null;
  const tags = new Map<string, DataView>();
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + 4 + index * TAG_BYTES;
    const offset = view.getUint32(at + 4);
    const size = view.getUint32(at + 8);
    if (offset + size > view.byteLength) return null;
    const name = ascii(view, at);
    if (LUT_TAGS.has(name)) return null;
    tags.set(name, new DataView(view.buffer, view.byteOffset + offset, size));
  }
  return tags;
}

/** Section 10.31: one or more XYZ numbers. */
function readXyz(tag: DataView | undefined): number[] | null {
  if (tag === undefined || tag.byteLength < 20 || ascii(tag, 0) !== 'XYZ ') return null;
  return [8, 12, 16].map((at) => fixed(tag, at));
}

function readCurve(tag: DataView | undefined): Float64Array | null {
  if (tag === undefined || tag.byteLength < 12) return null;
  const type = ascii(tag, 0);
  const curve = type === 'curv' ? sampledCurve(tag) : type === 'para' ? parametricCurve(tag) : null;
  if (curve === null) return null;
  const values = Float64Array.from({ length: 256 }, (_, value) =>
    Math.min(1, Math.max(0, curve(value / 255))),
  );
  // A curve of light contains only numbers, never falls, and ends in light.
  const rises = values.every((value, index) => value >= (values[index - 1] ?? 0));
  return rises && (values[255] ?? 0) > 0.99 ? values : null;
}

/** Section 10.6: identity, a gamma, or samples to interpolate between. */
function sampledCurve(tag: DataView): ((x: number) => number) | null {
  const count = tag.getUint32(8);
  if (count > 65_536 || 12 + count * 2 > tag.byteLength) return null;
  if (count === 0) return (x) => x;
  if (count === 1) {
    const gamma = tag.getUint16(12) / 256;
    return (x) => x ** gamma;
  }
  const sample = (index: number): number => tag.getUint16(12 + Math.min(index, count - 1) * 2) / 65_535;
  return (x) => {
    const position = x * (count - 1);
    const index = Math.floor(position);
    return sample(index) + (sample(index + 1) - sample(index)) * (position - index);
  };
}

/** Parameter count of each function type of section 10.18. */
const PARAMETERS = [1, 3, 4, 5, 7] as const;

function parametricCurve(tag: DataView): ((x: number) => number) | null {
  const type = tag.getUint16(8);
  const count = PARAMETERS[type];
  if (count === undefined || 12 + count * 4 > tag.byteLength) return null;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixed(tag, 12 + index * 4),
  );
  switch (type) {
    case 0:
      return (x) => x ** g;
    case 1:
      return (x) => (x >= -b / a ? (a * x + b) ** g : 0);
    case 2:
      return (x) => (x >= -b / a ? (a * x + b) ** g + c : c);
    case 3:
      return (x) => (x >= d ? (a * x + b) ** g : c * x);
    default:
      return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
  }
}

/** s15Fixed16Number, section 4.6. */
function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

function ascii(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}
