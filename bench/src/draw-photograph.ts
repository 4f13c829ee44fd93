import { randomFrom } from '@darkroom/testing';
import sharp from 'sharp';

type Random = () => number;

/** A leaf: a disc that hides what lies behind it. Lengths in pixels, colours in 0 to 255. */
interface Leaf {
  radius: number;
  x: number;
  y: number;
  colour: readonly [red: number, green: number, blue: number];
  /** Difference of brightness from the middle to the rim, and its direction in radians. */
  shade: number;
  angle: number;
}

const LEAVES = 1500;
/** Shares of the long side. */
const RADIUS_MIN = 0.004;
const RADIUS_MAX = 0.25;
const EDGE_PIXELS = 1.5;
const TEXTURE = 40;
/** How much weaker each octave of the texture is than the coarser one. */
const PERSISTENCE = 0.62;
const FINEST_PERIOD = 1.6;
const GRAIN = 7;
const TABLE_SIDE = 256;

/**
 * Draws a JPEG with the statistics of a photograph: edges of objects of every size that hide each other (the "dead
 * leaves" model of Lee, Mumford and Huang, 2001), a texture whose detail falls with its frequency, and the grain of a
 * sensor. Like the photograph of sharp's own benchmark, one of 6 megapixels has about one bit per pixel at quality 88,
 * and its four JPEGs have 215, 79, 20 and 6 kB (that one: 272, 83, 17 and 5). The same size gives the same picture.
 *
 * @param width - pixels
 * @param height - pixels
 */
export async function drawPhotograph(width: number, height: number): Promise<Buffer> {
  const random = randomFrom(3);
  const pixels = new Float32Array(width * height * 3).fill(120);
  const size = { width, height };
  for (const leaf of leaves(size, random)) paint(pixels, size, leaf);
  addTexture(pixels, size, random);
  const data = Uint8ClampedArray.from(pixels, (value) => value + GRAIN * (random() + random() - 1));
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

interface Extent {
  width: number;
  height: number;
}

/** Radii follow the inverse cube law, by which a picture looks the same at every scale. */
function leaves({ width, height }: Extent, random: Random): Leaf[] {
  const longSide = Math.max(width, height);
  return Array.from({ length: LEAVES }, () => {
    const share = random();
    const light = 60 + 150 * random();
    return {
      radius: longSide / Math.sqrt((1 - share) / RADIUS_MIN ** 2 + share / RADIUS_MAX ** 2),
      x: random() * width,
      y: random() * height,
      colour: [light + 40 * random() - 20, light, light + 40 * random() - 20],
      shade: 60 * random() - 30,
      angle: 2 * Math.PI * random(),
    };
  });
}

function paint(pixels: Float32Array, { width, height }: Extent, leaf: Leaf): void {
  const { radius, colour, shade } = leaf;
  const [right, down] = [Math.cos(leaf.angle), Math.sin(leaf.angle)];
  const lastY = Math.min(height - 1, leaf.y + radius);
  const lastX = Math.min(width - 1, leaf.x + radius);
  for (let y = Math.max(0, Math.floor(leaf.y - radius)); y <= lastY; y += 1) {
    for (let x = Math.max(0, Math.floor(leaf.x - radius)); x <= lastX; x += 1) {
      const [dx, dy] = [x - leaf.x, y - leaf.y];
      const inside = radius - Math.hypot(dx, dy);
      if (inside <= 0) continue;
      const cover = Math.min(1, inside / EDGE_PIXELS);
      const light = (shade * (dx * right + dy * down)) / radius;
      const offset = (y * width + x) * 3;
      for (const [channel, value] of colour.entries()) {
        const behind = pixels[offset + channel] ?? 0;
        pixels[offset + channel] = behind + cover * (value + light - behind);
      }
    }
  }
}

/** Adds octaves of value noise: random numbers on a grid, with straight transitions between them. */
function addTexture(pixels: Float32Array, { width, height }: Extent, random: Random): void {
  const table = Float32Array.from({ length: TABLE_SIDE ** 2 }, () => 2 * random() - 1);
  const at = (x: number, y: number): number => table[(y % TABLE_SIDE) * TABLE_SIDE + (x % TABLE_SIDE)] ?? 0;
  let amplitude = TEXTURE;
  for (let period = Math.max(width, height) / 8; period > FINEST_PERIOD; period /= 2) {
    for (let y = 0; y < height; y += 1) {
      const row = Math.floor(y / period);
      const down = y / period - row;
      for (let x = 0; x < width; x += 1) {
        const column = Math.floor(x / period);
        const right = x / period - column;
        const above = at(column, row) * (1 - right) + at(column + 1, row) * right;
        const below = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
        const value = amplitude * (above * (1 - down) + below * down);
        const offset = (y * width + x) * 3;
        for (let channel = offset; channel < offset + 3; channel += 1)
          pixels[channel] = (pixels[channel] ?? 0) + value;
      }
    }
    amplitude *= PERSISTENCE;
  }
}
