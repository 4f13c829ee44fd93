import type { Raster } from './ssim.js';
import type { Rgb } from './drawings.js';

/** Rows of each glyph, 5 bits in base 32, top to bottom. */
const GLYPHS: Record<string, string> = Object.fromEntries(
  (
    'A:ehhvhhh B:uhhuhhu C:ehggghe D:uhhhhhu E:vgguggv F:vgguggg G:ehgnhhe H:hhhvhhh I:e44444e J:72222ic ' +
    'K:hikokih L:ggggggv M:hrllhhh N:hpljhhh O:ehhhhhe P:uhhuggg Q:ehhhlid R:uhhukih S:fgge11u T:v444444 ' +
    'U:hhhhhhe V:hhhhha4 W:hhhllrh X:hha4ahh Y:hha4444 Z:v1248gv 0:ehjlphe 1:4c4444e 2:eh1248v 3:v2421he ' +
    '4:26aiv22 5:vgu11he 6:68guhhe 7:v124888 8:ehhehhe 9:ehhf12c %:op248j3'
  )
    .split(' ')
    .map((glyph) => glyph.split(':') as [string, string]),
);
const GLYPH_WIDTH = 5;
const ADVANCE = 6;

/** The height of a line of text at scale 1, in pixels. */
export const LINE_HEIGHT = 10;

export interface Point {
  x: number;
  y: number;
}

/** Draws shapes without antialiasing on opaque pixels; what lies outside is ignored. */
export class Canvas implements Raster {
  readonly data: Buffer;

  constructor(
    readonly width: number,
    readonly height: number,
    background: Rgb,
  ) {
    this.data = Buffer.alloc(width * height * 3);
    this.rectangle({ x: 0, y: 0 }, { x: width, y: height }, background);
  }

  set(x: number, y: number, colour: Rgb): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height)
      this.data.set(colour, (y * this.width + x) * 3);
  }

  /** @param to - exclusive */
  rectangle(from: Point, to: Point, colour: Rgb): void {
    for (let y = Math.round(from.y); y < to.y; y += 1) {
      for (let x = Math.round(from.x); x < to.x; x += 1) this.set(x, y, colour);
    }
  }

  disc(centre: Point, radius: number, colour: Rgb): void {
    const side = Math.ceil(radius);
    for (let y = -side; y <= side; y += 1) {
      for (let x = -side; x <= side; x += 1) {
        if (x * x + y * y <= radius * radius)
          this.set(Math.round(centre.x) + x, Math.round(centre.y) + y, colour);
      }
    }
  }

  /** Draws lines from point to point. */
  path(points: readonly Point[], thickness: number, colour: Rgb): void {
    for (const [index, to] of points.slice(1).entries()) {
      const from = points[index] ?? to;
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))));
      for (let step = 0; step <= steps; step += 1) {
        const x = Math.round(from.x + ((to.x - from.x) * step) / steps - thickness / 2);
        const y = Math.round(from.y + ((to.y - from.y) * step) / steps - thickness / 2);
        this.rectangle({ x, y }, { x: x + thickness, y: y + thickness }, colour);
      }
    }
  }

  /** Draws capitals, digits and `%`; other characters are spaces. */
  text(at: Point, line: string, colour: Rgb, scale = 1): void {
    for (const [index, character] of [...line].entries()) {
      for (const [row, bits] of [...(GLYPHS[character] ?? '')].entries()) {
        for (let column = 0; column < GLYPH_WIDTH; column += 1) {
          if (((Number.parseInt(bits, 32) >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue;
          const x = at.x + (index * ADVANCE + column) * scale;
          const y = at.y + row * scale;
          this.rectangle({ x, y }, { x: x + scale, y: y + scale }, colour);
        }
      }
    }
  }

  /** Returns a picture of half the size, whose edges are antialiased: each pixel is the mean of four. */
  halved(): Canvas {
    const half = new Canvas(this.width >> 1, this.height >> 1, [0, 0, 0]);
    const row = this.width * 3;
    for (let y = 0; y < half.height; y += 1) {
      for (let x = 0; x < half.width * 3; x += 1) {
        const at = 2 * y * row + 6 * Math.floor(x / 3) + (x % 3);
        const sum = [at, at + 3, at + row, at + row + 3].reduce(
          (total, index) => total + (this.data[index] ?? 0),
          0,
        );
        half.data[y * half.width * 3 + x] = Math.round(sum / 4);
      }
    }
    return half;
  }
}
