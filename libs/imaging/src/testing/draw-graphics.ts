import { Canvas, LINE_HEIGHT, type Point } from './canvas.js';
import type { Rgb } from './drawings.js';
import { Random } from './random.js';
import type { Size } from '../variant-size.js';

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const RED: Rgb = [255, 0, 0];
const BLUE: Rgb = [0, 0, 255];
const VIOLET: Rgb = [204, 0, 255];
const GREEN: Rgb = [0, 150, 60];
const YELLOW: Rgb = [250, 210, 60];
const GREY: Rgb = [225, 225, 228];
const INKS = [RED, BLUE, VIOLET, GREEN] as const;
const SENTENCES = ['SALE ENDS FRIDAY 50% OFF EVERYTHING', 'BOX 24 IS ON SHELF 7', 'QUICK JUMPING ZEBRAS VEX'];

/** Draws one kind of graphic in the size. */
type Draw = (size: Size) => Canvas;

/** Lines of thin text in saturated colours on white. */
const text: Draw = ({ width, height }) => {
  const canvas = new Canvas(width, height, WHITE);
  for (let y = 4, line = 0; y + LINE_HEIGHT <= height; y += LINE_HEIGHT + 2, line += 1) {
    const sentence = SENTENCES[line % SENTENCES.length] ?? '';
    for (let x = 4; x < width; x += (sentence.length + 2) * 6) {
      canvas.text({ x, y }, sentence, INKS[line % INKS.length] ?? RED);
    }
  }
  return canvas;
};

/** A disc and a triangle that touch. */
const logo: Draw = (size) =>
  antialiased(size, (canvas) => {
    const { width, height } = canvas;
    const radius = Math.min(width, height) / 3;
    canvas.disc({ x: width / 2 - radius / 3, y: height / 2 }, radius, RED);
    for (let y = 0; y < radius; y += 1) {
      canvas.rectangle(
        { x: width / 2, y: height / 2 + y },
        { x: width / 2 + y, y: height / 2 + y + 1 },
        BLUE,
      );
    }
  });

const chart: Draw = (size) =>
  antialiased(size, (canvas) => {
    const { width, height } = canvas;
    const random = new Random(7);
    for (let line = 1; line < 10; line += 1) {
      const y = Math.round((height * line) / 10);
      canvas.rectangle({ x: width / 20, y }, { x: width, y: y + 2 }, GREY);
      canvas.text({ x: 4, y: y - 7 }, String(100 - line * 10), BLACK, 2);
    }
    for (const [index, ink] of INKS.entries()) {
      const points = Array.from({ length: 24 }, (_, x) => ({
        x: width / 20 + (x * width) / 24,
        y: (height * (1 + index * 2 + random.below(100) / 50)) / 10,
      }));
      canvas.path(points, 3, ink);
      for (const point of points) canvas.disc(point, 6, ink);
    }
    for (let bar = 0; bar < 24; bar += 1) {
      const x = width / 20 + (bar * width) / 24;
      const y = height * (0.85 + random.below(10) / 100);
      canvas.rectangle({ x, y }, { x: x + width / 40, y: height }, INKS[bar % 4] ?? RED);
    }
  });

/** Parks, water, roads with casings, and names. */
const map: Draw = (size) =>
  antialiased(size, (canvas) => {
    const { width, height } = canvas;
    const random = new Random(11);
    const anywhere = (): Point => ({ x: random.below(width), y: random.below(height) });
    canvas.rectangle({ x: 0, y: 0 }, { x: width, y: height }, [242, 239, 233]);
    for (let park = 0; park < 12; park += 1) canvas.disc(anywhere(), width / 20, [173, 209, 158]);
    canvas.path(wave(width, height), Math.ceil(width / 40), [120, 180, 230]);
    for (let road = 0; road < 30; road += 1) {
      const ends = [anywhere(), anywhere()];
      canvas.path(ends, 9, [180, 90, 40]);
      canvas.path(ends, 6, road % 3 === 0 ? [235, 60, 80] : YELLOW);
    }
    for (let name = 0; name < 60; name += 1) {
      canvas.text(anywhere(), SENTENCES[name % 3]?.slice(0, 12) ?? '', name % 2 === 0 ? BLACK : BLUE, 2);
    }
  });

/** A window with a side bar, coloured buttons and links, and a photograph in its middle. */
const screenshot: Draw = ({ width, height }) => {
  const canvas = new Canvas(width, height, [250, 250, 252]);
  const random = new Random(5);
  canvas.rectangle({ x: 0, y: 0 }, { x: width, y: 24 }, [40, 60, 110]);
  canvas.rectangle({ x: 0, y: 24 }, { x: width / 5, y: height }, [238, 240, 245]);
  for (let y = 40; y < height; y += 16) {
    canvas.text({ x: 8, y }, (SENTENCES[(y / 8) % 3] ?? '').slice(0, width / 40), y % 3 === 0 ? BLUE : BLACK);
  }
  for (let y = height / 3; y < (height * 2) / 3; y += 1) {
    for (let x = width / 3; x < (width * 2) / 3; x += 1) {
      const grain = random.below(24);
      const swell = 40 * Math.sin((9 * x) / width) * Math.cos((7 * y) / height);
      canvas.set(Math.round(x), Math.round(y), [
        130 + swell + grain,
        110 - swell + grain,
        90 + swell / 2 + grain,
      ]);
    }
  }
  for (let button = 0; button < 4; button += 1) {
    const x = width * (0.3 + button / 7);
    canvas.rectangle({ x, y: 40 }, { x: x + width / 10, y: 60 }, INKS[button] ?? RED);
    canvas.text({ x: x + 6, y: 47 }, 'SAVE', WHITE);
  }
  return canvas;
};

/** Source code in the colours of its syntax, on a dark ground. */
const code: Draw = ({ width, height }) => {
  const canvas = new Canvas(width, height, [30, 30, 36]);
  const random = new Random(3);
  const inks: readonly Rgb[] = [
    [255, 90, 110],
    [110, 220, 120],
    [90, 160, 255],
    [230, 230, 230],
  ];
  for (let y = 6; y < height; y += 14) {
    for (let x = 6 + random.below(4) * 24; x < width * 0.6;) {
      const word = (SENTENCES[random.below(3)] ?? '').split(' ')[random.below(4)] ?? '';
      canvas.text({ x, y }, word, random.pick(inks));
      x += (word.length + 1) * 6;
    }
  }
  return canvas;
};

/** Blocks of 8 pixels from a palette of 16 colours. */
const pixelArt: Draw = ({ width, height }) => {
  const canvas = new Canvas(width, height, WHITE);
  const random = new Random(2);
  const palette = Array.from({ length: 16 }, (): Rgb => [
    random.below(256),
    random.below(256),
    random.below(256),
  ]);
  for (let y = 0; y < height; y += 8) {
    for (let x = 0; x < width; x += 8) {
      canvas.rectangle({ x, y }, { x: x + 8, y: y + 8 }, random.pick(palette));
    }
  }
  return canvas;
};

/** A smooth transition between saturated colours. */
const gradient: Draw = ({ width, height }) => {
  const canvas = new Canvas(width, height, WHITE);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      canvas.set(x, y, [(255 * x) / width, (255 * y) / height, 255 - (255 * x) / width]);
    }
  }
  return canvas;
};

/** Thin black curves on white. */
const lines: Draw = (size) =>
  antialiased(size, (canvas) => {
    const { width, height } = canvas;
    for (let curve = 0; curve < 20; curve += 1) {
      const points = wave(width, height, curve).map(({ x, y }) => ({
        x,
        y: y + (curve - 10) * (height / 24),
      }));
      canvas.path(points, 3, BLACK);
    }
  });

/** Draws each kind of graphic. */
export const graphics = { text, logo, chart, map, screenshot, code, pixelArt, gradient, lines } as const;
export type GraphicKind = keyof typeof graphics;
export const graphicKinds = Object.keys(graphics) as GraphicKind[];

function antialiased({ width, height }: Size, draw: (canvas: Canvas) => void): Canvas {
  const canvas = new Canvas(width * 2, height * 2, WHITE);
  draw(canvas);
  return canvas.halved();
}

function wave(width: number, height: number, shift = 0): Point[] {
  return Array.from({ length: 65 }, (_, step) => ({
    x: (width * step) / 64,
    y: height * (0.5 + 0.2 * Math.sin(step / 8 + shift)),
  }));
}
