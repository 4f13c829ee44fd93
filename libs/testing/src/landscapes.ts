import sharp from 'sharp';
import { randomFrom } from './random-from.js';

/** Description of a landscape to draw. */
export const scenes = [
  'ridges',
  'sea',
  'night',
  'dunes',
  'forest',
  'aurora',
  'skyline',
  'lake',
  'bokeh',
] as const;
export type Scene = (typeof scenes)[number];

export interface Landscape {
  scene: Scene;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Any integer; another seed gives another place and light. */
  seed: number;
}

/** Colours from the top of the sky to the horizon, and of the foreground. */
type Palette = readonly [top: string, middle: string, horizon: string, near: string];

const DAY: readonly Palette[] = [
  ['#1d4e89', '#7fb2d9', '#fbe3c2', '#17324d'],
  ['#33547a', '#e8a37c', '#ffd9a0', '#3a2337'],
  ['#20335c', '#b5658a', '#f9b27c', '#251a33'],
  ['#4a86a8', '#a9d3d8', '#f4efdc', '#20473f'],
  ['#5d6d9a', '#c9a7b8', '#f6dcc6', '#2d3350'],
];
const NIGHT: readonly Palette[] = [
  ['#050b1f', '#12264d', '#2f5577', '#04070f'],
  ['#0b0a24', '#2b1f57', '#70477f', '#07050f'],
];

/**
 * Draws a landscape that looks good in a gallery, without using anyone's photograph. The same description gives the same
 * picture. sharp reads it as SVG, so that this fails in a process with an imaging engine, which blocks that loader.
 *
 * @returns a JPEG
 */
export async function drawLandscape(landscape: Landscape): Promise<Buffer> {
  return sharp(Buffer.from(svgOf(landscape)))
    .jpeg({ quality: 88, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

function svgOf({ scene, width, height, seed }: Landscape): string {
  const random = randomFrom(seed);
  const isDark = scene === 'night' || scene === 'aurora';
  const palettes = isDark ? NIGHT : DAY;
  const canvas: Canvas = {
    width,
    height,
    random,
    palette: palettes[seed % palettes.length] ?? palettes[0] ?? DUSK,
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">${stops(canvas.palette.slice(0, 3))}</linearGradient>
      <radialGradient id="glow">${stops(['#fff4d6', '#ffe2a8'], [1, 0])}</radialGradient>
      <radialGradient id="edge" r="0.8">${stops(['#000', '#000'], [0, 0.38])}</radialGradient>
      <filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${width / 60}"/></filter>
      <filter id="mist" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="${width / 220}"/></filter>
      <filter id="grain"><feTurbulence baseFrequency="0.9" numOctaves="2" seed="${seed}"/><feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0.9 -0.25"/></filter>
    </defs>
    ${rect(canvas, 'url(#sky)')}${DRAW[scene](canvas)}
    ${rect(canvas, 'url(#edge)')}<rect width="100%" height="100%" filter="url(#grain)" opacity="0.06"/>
  </svg>`;
}

interface Canvas {
  width: number;
  height: number;
  random: () => number;
  palette: Palette;
}

const DUSK: Palette = ['#20335c', '#b5658a', '#f9b27c', '#251a33'];

const DRAW: Readonly<Record<Scene, (canvas: Canvas) => string>> = {
  ridges: (canvas) => sun(canvas, 0.3) + layers(canvas, 6, 0.36, 0.13, 9),
  dunes: (canvas) => sun(canvas, 0.22) + layers(canvas, 4, 0.5, 0.16, 2.2),
  sea: (canvas) =>
    sun(canvas, 0.44) +
    water(canvas, 0.56) +
    layers(canvas, 1, 0.54, 0.03, 6).replace('<path', '<path opacity="0.5"'),
  lake: (canvas) => {
    const far = sun(canvas, 0.2) + layers(canvas, 3, 0.28, 0.16, 8);
    const { height } = canvas;
    const mirrored = `<g transform="translate(0 ${height * 1.2}) scale(1 -1)" opacity="0.55" filter="url(#mist)">${far}</g>`;
    return `<clipPath id="shore"><rect width="100%" height="60%"/></clipPath><g clip-path="url(#shore)">${far}</g>
      <clipPath id="mirror"><rect y="60%" width="100%" height="40%"/></clipPath><g clip-path="url(#mirror)">${mirrored}${ripples(canvas, 0.6)}</g>`;
  },
  night: (canvas) => stars(canvas) + moon(canvas) + layers(canvas, 3, 0.6, 0.12, 7) + pines(canvas, 0.86),
  aurora: (canvas) =>
    stars(canvas) + curtains(canvas) + layers(canvas, 2, 0.74, 0.1, 6) + pines(canvas, 0.93),
  forest: (canvas) => sun(canvas, 0.25) + [0.5, 0.62, 0.76, 0.92].map((at) => pines(canvas, at)).join(''),
  skyline: (canvas) => sun(canvas, 0.4) + [0.45, 0.6].map((at, index) => houses(canvas, at, index)).join(''),
  bokeh: (canvas) => rect(canvas, canvas.palette[3], 0.55) + lights(canvas),
};

function sun({ width, height, random }: Canvas, at: number): string {
  const [x, y, r] = [width * (0.2 + random() * 0.6), height * at, Math.min(width, height) * 0.05];
  return `<circle cx="${x}" cy="${y}" r="${r * 9}" fill="url(#glow)" opacity="0.85"/><circle cx="${x}" cy="${y}" r="${r}" fill="#fffaf0" filter="url(#mist)"/>`;
}

function moon({ width, height, random }: Canvas): string {
  const [x, y, r] = [width * (0.2 + random() * 0.6), height * 0.22, Math.min(width, height) * 0.045];
  return `<circle cx="${x}" cy="${y}" r="${r * 5}" fill="url(#glow)" opacity="0.22"/><circle cx="${x}" cy="${y}" r="${r}" fill="#f3f0e4"/>`;
}

function stars({ width, height, random }: Canvas): string {
  return Array.from({ length: 260 }, () => {
    const size = (0.4 + random() ** 3 * 1.6) * (width / 1200);
    return `<circle cx="${random() * width}" cy="${random() * height * 0.75}" r="${size}" fill="#fff" opacity="${0.3 + random() * 0.7}"/>`;
  }).join('');
}

/** Ridges behind each other, hazier with distance. */
function layers(canvas: Canvas, count: number, from: number, rise: number, wildness: number): string {
  const { height, palette } = canvas;
  return Array.from({ length: count }, (_, index) => {
    const near = count === 1 ? 1 : index / (count - 1);
    const base = height * (from + rise * 0.4 + near * (0.92 - from));
    const colour = mix(palette[2], palette[3], 0.3 + 0.7 * near);
    return `<path d="${ridge(canvas, base, height * rise * (0.5 + near * 0.6), wildness)}" fill="${colour}"/>`;
  }).join('');
}

/** The outline of a range: a sum of waves of different length. */
function ridge({ width, height, random }: Canvas, base: number, rise: number, wildness: number): string {
  const waves = Array.from({ length: 6 }, (_, octave) => ({
    length: (2 ** octave * wildness) / 5,
    size: 0.62 ** octave,
    shift: random() * 10,
  }));
  const points = Array.from({ length: 161 }, (_, step) => {
    const u = step / 160;
    const sum = waves.reduce(
      (total, wave) => total + Math.sin(u * wave.length * 3 + wave.shift) * wave.size,
      0,
    );
    return `${(u * width).toFixed(1)} ${(base - (sum * rise) / 2).toFixed(1)}`;
  });
  return `M0 ${height}L${points.join('L')}L${width} ${height}Z`;
}

function water(canvas: Canvas, from: number): string {
  const { width, height, palette } = canvas;
  const sheet = `<linearGradient id="water" x1="0" y1="0" x2="0" y2="1">${stops([mix(palette[2], palette[1], 0.4), palette[0]])}</linearGradient>`;
  return `${sheet}<rect y="${height * from}" width="${width}" height="${height}" fill="url(#water)"/>${ripples(canvas, from)}`;
}

function ripples({ width, height, random, palette }: Canvas, from: number): string {
  return Array.from({ length: 150 }, () => {
    const depth = random() ** 1.6;
    const y = height * (from + depth * (1 - from));
    const long = width * (0.02 + random() * 0.1) * (0.4 + depth);
    return `<ellipse cx="${random() * width}" cy="${y}" rx="${long}" ry="${height * (0.0006 + depth * 0.003)}" fill="${mix(palette[2], '#ffffff', 0.3)}" opacity="${0.1 + random() * 0.25}"/>`;
  }).join('');
}

function curtains({ width, height, random }: Canvas): string {
  return Array.from({ length: 26 }, (_, index) => {
    const x = width * (index / 26 + random() * 0.05);
    const top = height * (0.05 + random() * 0.25);
    const tall = height * (0.3 + random() * 0.25);
    const colour = mix('#3dffa8', '#7b5cff', random() * 0.7);
    return `<rect x="${x}" y="${top}" width="${width * 0.05}" height="${tall}" fill="${colour}" opacity="${0.12 + random() * 0.22}" filter="url(#soft)"/>`;
  }).join('');
}

function pines(canvas: Canvas, at: number): string {
  const { width, height, random, palette } = canvas;
  const colour = mix(palette[2], palette[3], Math.min(1, 0.15 + at ** 2));
  const trees = Array.from({ length: 46 }, () => {
    const x = random() * width;
    const tall = height * (0.08 + random() * 0.14) * (0.5 + at);
    const foot = height * (at + 0.06 + random() * 0.03);
    const tiers = [0, 1, 2, 3].map((tier) => {
      const top = foot - tall + (tier * tall) / 5;
      const half = tall * (0.06 + tier * 0.045);
      return `M${x} ${top}L${x + half} ${top + tall * 0.34}L${x - half} ${top + tall * 0.34}Z`;
    });
    return tiers.join('');
  });
  return `<path d="${trees.join('')}" fill="${colour}"/><rect y="${height * (at + 0.05)}" width="${width}" height="${height}" fill="${colour}"/>`;
}

function houses(canvas: Canvas, at: number, near: number): string {
  const { width, height, random, palette } = canvas;
  const colour = mix(palette[1], palette[3], 0.55 + near * 0.45);
  let x = -20;
  let drawn = '';
  while (x < width) {
    const wide = width * (0.03 + random() * 0.05);
    const top = height * (at + random() * 0.22);
    drawn += `<rect x="${x}" y="${top}" width="${wide + 1}" height="${height}" fill="${colour}"/>`;
    const pane = width * 0.0035;
    for (let row = top + pane * 3; row < height * 0.98; row += pane * 4) {
      for (let column = x + pane * 2; column < x + wide - pane * 2; column += pane * 3) {
        if (random() < 0.28)
          drawn += `<rect x="${column}" y="${row}" width="${pane}" height="${pane * 1.6}" fill="#ffd98a" opacity="${0.35 + random() * 0.6}"/>`;
      }
    }
    x += wide;
  }
  return drawn;
}

function lights({ width, height, random, palette }: Canvas): string {
  return Array.from({ length: 70 }, () => {
    const colour = mix(
      palette[2],
      ['#ff8f5a', '#ffd27a', '#8ad7ff', '#ff9ec4'][Math.floor(random() * 4)] ?? '#ffffff',
      0.8,
    );
    const r = Math.min(width, height) * (0.02 + random() ** 2 * 0.09);
    return `<circle cx="${random() * width}" cy="${random() * height}" r="${r}" fill="${colour}" opacity="${0.1 + random() * 0.4}" filter="url(#mist)"/>`;
  }).join('');
}

function rect(_: Canvas, fill: string, opacity = 1): string {
  return `<rect width="100%" height="100%" fill="${fill}" opacity="${opacity}"/>`;
}

function stops(colours: readonly string[], opacities: readonly number[] = []): string {
  return colours
    .map((colour, index) => {
      const at = colours.length === 1 ? 0 : index / (colours.length - 1);
      return `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacities[index] ?? 1}"/>`;
    })
    .join('');
}

function mix(one: string, other: string, share: number): string {
  const parts = (colour: string): number[] =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const [from, to] = [parts(one), parts(other)];
  const mixed = from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
