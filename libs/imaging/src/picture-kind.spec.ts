import { drawPixels } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { kindOf, measureTraits, type PictureKind } from './picture-kind.js';
import type { Pixels } from './pixels.js';
import { type GraphicKind, graphics } from './testing/draw-graphics.js';
import type { Size } from './variant-size.js';

const SIZE = { width: 640, height: 480 };

function pixelsOf({ data, width, height }: { data: Uint8Array } & Size, channels: 3 | 4 = 3): Pixels {
  return { data: Buffer.from(data), width, height, frames: 1, channels };
}
const kind = (pixels: Pixels, variant: Size = pixels): PictureKind =>
  kindOf(measureTraits(pixels), pixels, variant);

describe('measureTraits', () => {
  it.each<[GraphicKind, PictureKind]>([
    ['text', 'dense'],
    ['code', 'dense'],
    ['map', 'dense'],
    ['pixelArt', 'dense'],
    ['chart', 'dense'],
    ['logo', 'graphic'],
    ['screenshot', 'graphic'],
    ['lines', 'even'],
  ])('shows of %s that it is %s', (name, expected) => {
    expect(kind(pixelsOf(graphics[name](SIZE)))).toBe(expected);
  });

  it('shows a photograph, also of saturated colours', () => {
    expect(kind(pixelsOf({ data: drawPixels(SIZE), ...SIZE }))).toBe('photograph');
    const saturated = drawPixels(SIZE).map((value) => Math.min(255, Math.max(0, 2 * value - 128)));
    expect(kind(pixelsOf({ data: saturated, ...SIZE }))).toBe('photograph');
  });

  it('looks at transparent pixels as on white', () => {
    const opaque = graphics.text(SIZE);
    const rgba = new Uint8Array(SIZE.width * SIZE.height * 4);
    for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel += 1) {
      const rgb = opaque.data.subarray(pixel * 3, pixel * 3 + 3);
      const isWhite = rgb.every((value) => value === 255);
      rgba.set(isWhite ? [90, 0, 200, 0] : [...rgb, 255], pixel * 4);
    }
    expect(measureTraits(pixelsOf({ data: rgba, ...SIZE }, 4))).toEqual(measureTraits(pixelsOf(opaque)));
  });

  it.each([
    [1, 1],
    [3, 3],
    [16_000, 3],
    [3, 16_000],
  ])('sees no edges in %i × %i pixels', (width, height) => {
    const traits = measureTraits(pixelsOf({ data: new Uint8Array(width * height * 3), width, height }));
    expect(traits).toEqual({ colourEdges: 0, noisyEdges: 0, equal: 0 });
  });

  it('sees no colours in grey pixels', () => {
    const grey: Pixels = { data: Buffer.alloc(100 * 100), width: 100, height: 100, frames: 1, channels: 1 };
    expect(measureTraits(grey)).toEqual({ colourEdges: 0, noisyEdges: 0, equal: 0 });
  });
});

describe('kindOf', () => {
  it('is an icon when the whole picture is tiny, whatever it shows', () => {
    const icon = { width: 64, height: 48 };
    const nothing = { colourEdges: 0, noisyEdges: 0, equal: 0 };
    expect(kindOf(nothing, icon, icon)).toBe('icon');
    expect(kindOf(nothing, SIZE, icon)).toBe('photograph');
  });

  it('is dense only for variants that are not shrunk', () => {
    const traits = measureTraits(pixelsOf(graphics.text(SIZE)));
    expect(kindOf(traits, SIZE, SIZE)).toBe('dense');
    expect(kindOf(traits, SIZE, { width: 320, height: 240 })).toBe('graphic');
  });
});
